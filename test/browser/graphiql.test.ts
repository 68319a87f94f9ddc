import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { startChromium } from './chromium.ts'
import { GraphiQLPage } from './graphiql-page.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser?.close())

/** What each step of the tutorial must answer, in part: the facts that its comments tell. */
const tutorial: readonly (readonly [operation: string, data: object])[] = [
  [
    'Step1_ServerAddresses',
    {
      first: { nics: [{ nicId: 'nic-141-0', network: { networkId: '1' } }] },
      second: { nics: [{ nicId: 'nic-142-0', network: { networkId: '1' } }] },
    },
  ],
  ['Step2_Networks', { networks: { nodes: [{ networkId: '1', public: true }] } }],
  ['Step3_CreatePrivateNet', { createNetwork: { network: { networkId: '3', name: 'My Private Net' } } }],
  [
    'Step4_CreateOneForEach',
    {
      for141: { network: { networkId: '4', name: 'For virtual server 141' } },
      for142: { network: { networkId: '5', name: 'For virtual server 142' } },
    },
  ],
  [
    'Step5_ConnectEach',
    {
      connect141: { nic: { nicId: 'nic-141-1', network: { networkId: '4' } } },
      connect142: { nic: { nicId: 'nic-142-1', network: { networkId: '5' } } },
    },
  ],
  [
    'Step6_WhoHangsWhere',
    {
      networks: {
        nodes: [
          { networkId: '1', nics: { nodes: [{ nicId: 'nic-141-0' }, { nicId: 'nic-142-0' }] } },
          { networkId: '3', nics: { nodes: [] } },
          { networkId: '4', nics: { nodes: [{ nicId: 'nic-141-1' }] } },
          { networkId: '5', nics: { nodes: [{ nicId: 'nic-142-1' }] } },
        ],
      },
    },
  ],
  [
    'Step7_ConnectBoth',
    {
      connect141: { nic: { nicId: 'nic-141-2', network: { networkId: '3' } } },
      connect142: { nic: { nicId: 'nic-142-2', network: { networkId: '3' } } },
    },
  ],
  ['Step8_CommonNetwork', { network: { nics: { nodes: [{ nicId: 'nic-141-2' }, { nicId: 'nic-142-2' }] } } }],
  ['Step9_DeletePublic', { deleteNetwork: { __typename: 'PublicNetworkError' } }],
  ['Step10_DeleteInUse', { deleteNetwork: { __typename: 'NetworkInUseError', nics: [{ nicId: 'nic-141-1' }] } }],
  [
    'Step11_Disconnect',
    {
      disconnectNic: {
        nicId: 'nic-141-1',
        renamed: [{ from: 'nic-141-2', to: 'nic-141-1', nic: { network: { networkId: '3' } } }],
      },
    },
  ],
  ['Step12_DeleteUnused', { deleteNetwork: { networkId: '4' } }],
  ['Step13_DisconnectLast', { disconnectNic: { nicId: 'nic-142-2', renamed: [] } }],
  [
    'Step14_StaleId',
    {
      disconnectNic: {
        __typename: 'NicNotFoundError',
        server: {
          nics: [
            { nicId: 'nic-141-0', network: { networkId: '1' } },
            { nicId: 'nic-141-1', network: { networkId: '3' } },
          ],
        },
      },
    },
  ],
  [
    'Step15_WhatIsThere',
    {
      server: {
        nics: [
          { nicId: 'nic-141-0', network: { networkId: '1' } },
          { nicId: 'nic-141-1', network: { networkId: '3' } },
        ],
      },
    },
  ],
  ['Step16_Disconnect', { disconnectNic: { nicId: 'nic-141-1', renamed: [] } }],
  ['Step17_Empty', { network: { nics: { totalCount: 0, nodes: [] } } }],
  ['Step18_DeleteCommon', { deleteNetwork: { networkId: '3' } }],
]

describe('GraphiQL over the embedded cloud', () => {
  it('opens with the tutorial, which runs step by step, and asks nothing of any other host', async () => {
    await using gateway = await startGateway()
    await using graphiql = await GraphiQLPage.open(browser, `${gateway.url}/graphql`)
    await graphiql.queryEditor.getByText('The networks tutorial of Synnefo').waitFor()

    for (const [operation, data] of tutorial) {
      expect(await graphiql.run(operation), operation).toMatchObject({ data })
    }
    expect(graphiql.foreignRequests).toEqual([])
    expect(graphiql.complaints).toEqual([])
  })

  it('runs the operation that has the cursor by Ctrl-Enter', async () => {
    await using gateway = await startGateway()
    await using graphiql = await GraphiQLPage.open(browser, `${gateway.url}/graphql`)

    expect(await graphiql.runAtCursor('Step2_Networks')).toMatchObject({
      data: { networks: { nodes: [{ networkId: '1' }] } },
    })
    expect(await graphiql.runAtCursor('Step1_ServerAddresses')).toMatchObject({
      data: { first: { nics: [{ nicId: 'nic-141-0' }] } },
    })
  })

  it('has queries to explore the graph in its second tab, and keeps both tabs over a reload', async () => {
    await using gateway = await startGateway()
    await using graphiql = await GraphiQLPage.open(browser, `${gateway.url}/graphql`)

    await graphiql.tabs.nth(1).click()
    const answer = await graphiql.run('WholeGraph')
    expect(answer).toMatchObject({ data: { networks: { totalCount: 1 } } })
    // It saves half a second after a change.
    const savedTab = () => graphiql.page.evaluate(() => JSON.parse(localStorage['graphiql:tabState']).activeTabIndex)
    await expect.poll(savedTab).toBe(1)

    await graphiql.page.reload()
    await graphiql.ready()
    expect(await graphiql.tabs.count()).toBe(2)
    expect(await graphiql.run('WholeGraph')).toEqual(answer)
    expect(graphiql.foreignRequests).toEqual([])
    expect(graphiql.complaints).toEqual([])
  })

  it('shows the descriptions of the schema', async () => {
    await using gateway = await startGateway()
    await using graphiql = await GraphiQLPage.open(browser, `${gateway.url}/graphql`)

    await graphiql.page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await graphiql.page.getByRole('link', { name: 'Mutation', exact: true }).click()
    await graphiql.page.getByText('Remove one nic').waitFor()
    expect(graphiql.complaints).toEqual([])
  })

  it('is where the front page leads', async () => {
    await using gateway = await startGateway()
    await using graphiql = await GraphiQLPage.open(browser, gateway.url)

    expect(graphiql.page.url()).toBe(`${gateway.url}/graphql`)
    expect(await graphiql.page.title()).toBe('cloudnet-graphql')
  })
})

describe('GraphiQL of a gateway that has no token of its own', () => {
  it('sends the token of the header editor, and leaves none in the browser', async () => {
    await using gateway = await startGateway({ defaultToken: null })
    await using graphiql = await GraphiQLPage.open(browser, `${gateway.url}/graphql`)

    expect(await graphiql.run('Step2_Networks')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
    await graphiql.typeToken(gateway.cloud.token)
    expect(await graphiql.run('Step2_Networks')).toMatchObject({
      data: { networks: { nodes: [{ networkId: '1', public: true }] } },
    })
    // It saves half a second after a change: what is typed now is saved after whatever there was of the token.
    await graphiql.queryEditor.locator('.view-line').first().click()
    await graphiql.page.keyboard.type('# typed last ')
    const stored = () => graphiql.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
    await expect.poll(stored).toMatch(/tabState.*typed last/)
    expect(await stored()).toContain('Step2_Networks')
    expect(await stored()).not.toContain(gateway.cloud.token)
    await graphiql.page.reload()
    await graphiql.ready()
    expect(await graphiql.run('Step2_Networks')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
    expect(graphiql.foreignRequests).toEqual([])
  })
})
