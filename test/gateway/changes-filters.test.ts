import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { openEvents } from '../support/events.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { ChangesDocument, type ChangesSubscriptionVariables } from '../support/generated/documents.ts'

const ownerId = 'user-tutorial'

/** Each event's payload, as told. */
async function take(stream: { take(count: number): Promise<{ changes: unknown }[]> }, count: number) {
  return (await stream.take(count)).map(({ changes }) => changes)
}

/** As another program does it. The lever itself leaves no mark. */
function connectNow({ db }: EmbeddedCloud, serverId: number, networkId: number) {
  db.connect(serverId, networkId)
  for (const row of [db.server(serverId), db.network(networkId)]) db.touch(row)
}

function renameNow({ db }: EmbeddedCloud, kind: 'network' | 'server', id: number, name: string) {
  const row = kind === 'network' ? db.network(id) : db.server(id)
  row.name = name
  db.touch(row)
}

const networkUpdated = (id: number, name: string) => ({
  __typename: 'NetworkUpdated',
  network: { id: `Network:${id}`, name },
})
const serverUpdated = (id: number, name: string, status = 'ACTIVE') => ({
  __typename: 'ServerUpdated',
  server: { id: `Server:${id}`, name, status },
})

const open = (gateway: TestGateway, variables?: ChangesSubscriptionVariables) =>
  openEvents(gateway, ChangesDocument, variables ? { variables } : {})

describe('a filter of changes', () => {
  async function twoNetworks() {
    const gateway = await startGateway()
    for (const id of [7, 8]) gateway.cloud.db.addNetwork({ ownerId, id })
    return gateway
  }

  it.each([
    { networkIds: ['7'], serverIds: ['142'] },
    { networkIds: ['Network:7'], serverIds: ['Server:142', 'Server:999'] },
  ])('%j lets through what touches any of the things named', async (filter) => {
    await using gateway = await twoNetworks()
    const { cloud } = gateway
    await using events = await open(gateway, filter)
    renameNow(cloud, 'network', 8, 'not told')
    renameNow(cloud, 'server', 141, 'not told')
    connectNow(cloud, 141, 8)
    renameNow(cloud, 'network', 7, 'seven')
    expect(await take(events, 1)).toEqual([networkUpdated(7, 'seven')])
    renameNow(cloud, 'server', 142, 'db')
    expect(await take(events, 1)).toEqual([serverUpdated(142, 'db')])
    connectNow(cloud, 142, 8)
    expect(await take(events, 1)).toMatchObject([{ __typename: 'NicConnected', nic: { nicId: 'nic-142-1' } }])
    connectNow(cloud, 141, 7)
    expect(await take(events, 1)).toMatchObject([{ __typename: 'NicConnected', nic: { nicId: 'nic-141-2' } }])
    cloud.db.deleteServer(141)
    expect(await take(events, 1)).toMatchObject([{ __typename: 'NicDisconnected', serverId: '141', networkId: '7' }])
    cloud.db.deleteServer(142)
    expect(await take(events, 3)).toMatchObject([
      { __typename: 'NicDisconnected', networkId: '1' },
      { __typename: 'NicDisconnected', networkId: '8' },
      { __typename: 'ServerDeleted', serverId: '142' },
    ])
  })

  it.each([{ networkIds: ['7'] }, { networkIds: ['7'], serverIds: [] }, { networkIds: ['7'], serverIds: null }])(
    '%j lets through what touches that network alone',
    async (filter) => {
      await using gateway = await twoNetworks()
      const { cloud } = gateway
      await using events = await open(gateway, filter)
      renameNow(cloud, 'server', 141, 'not told')
      connectNow(cloud, 142, 8)
      connectNow(cloud, 142, 7)
      expect(await take(events, 1)).toMatchObject([{ __typename: 'NicConnected', nic: { nicId: 'nic-142-2' } }])
    },
  )

  it.each<[variables: ChangesSubscriptionVariables, field: string]>([
    [{ networkIds: ['Server:7'] }, 'networkIds'],
    [{ serverIds: ['141', 'x'] }, 'serverIds'],
  ])('%j with something else than an id is an error, and no REST call', async (variables, field) => {
    await using gateway = await twoNetworks()
    await using events = await open(gateway, variables)
    const answer = await events.next()
    expect(answer?.errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', path: [field] })
    expect(await events.next()).toBeNull()
    expect(gateway.cloud.requests).toEqual([])
  })
})
