import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { http, inUrl, refusalOf } from '../support/http.ts'

it('runs nothing for a page of another origin, in bodies nor in URLs', async () => {
  await using gateway = await startGateway()
  const query = '{ networks { totalCount } }'
  const refused = [403, ['CROSS_SITE_REQUEST', 'Operations are taken from pages of this origin only.']]
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site }
    expect(await refusalOf(gateway, { query }, headers)).toEqual(refused)
    expect((await http(gateway, inUrl(query), { headers })).status).toBe(403)
  }
  expect(gateway.cloud.requests).toEqual([])
  for (const site of ['same-origin', 'none']) {
    expect(await refusalOf(gateway, { query }, { 'sec-fetch-site': site })).toEqual([200])
  }
})

it('opens GraphiQL from a link elsewhere, which runs nothing', async () => {
  await using gateway = await startGateway()
  const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' }
  const { status, text } = await http(gateway, inUrl('{ networks { totalCount } }'), { headers })
  expect([status, text.includes('GraphiQL')]).toEqual([200, true])
  expect(gateway.cloud.requests).toEqual([])
})

it('takes one operation a request', async () => {
  await using gateway = await startGateway()
  const message = 'Send one operation a request; a list of them is not taken.'
  for (const batch of [[], [{ query: '{ __typename }' }], Array(100).fill({ query: '{ networks { totalCount } }' })]) {
    expect(await refusalOf(gateway, batch)).toEqual([400, ['BATCHING_NOT_SUPPORTED', message]])
  }
  expect((await http(gateway, '/graphql', { method: 'PUT' })).status).toBe(405)
  expect(gateway.cloud.requests).toEqual([])
})
