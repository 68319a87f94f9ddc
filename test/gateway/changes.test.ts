import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { openEvents } from '../support/events.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import {
  ChangesDocument,
  type ChangesSubscriptionVariables,
  DisconnectNicDocument,
} from '../support/generated/documents.ts'
import { connect, createNetwork, threeNics } from '../support/graph.ts'

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

describe('what changes', () => {
  it('is told of networks: made, renamed, joined and deleted', async () => {
    await using gateway = await startGateway()
    await using events = await open(gateway)
    const id = await createNetwork(gateway, 'lab')
    expect(await take(events, 1)).toEqual([
      { __typename: 'NetworkCreated', network: { id: `Network:${id}`, name: 'lab' } },
    ])

    await gateway.run(`mutation { renameNetwork(input: { networkId: "${id}", name: "lab 2" }) { __typename } }`)
    expect(await take(events, 1)).toEqual([networkUpdated(Number(id), 'lab 2')])

    const nic = await connect(gateway, '141', id)
    expect(await take(events, 1)).toEqual([
      {
        __typename: 'NicConnected',
        nic: {
          id: nic.id,
          nicId: 'nic-141-1',
          network: { name: 'lab 2' },
          server: { name: 'web server', nics: [{ nicId: 'nic-141-0' }, { nicId: 'nic-141-1' }] },
        },
      },
    ])

    await gateway.run(`mutation { deleteNetwork(input: { networkId: "${id}", disconnectNics: true }) { __typename } }`)
    expect(await take(events, 2)).toEqual([
      { __typename: 'NicDisconnected', nicId: 'nic-141-1', deletedId: nic.id, serverId: '141', networkId: id },
      { __typename: 'NetworkDeleted', networkId: id, deletedId: `Network:${id}` },
    ])
  })

  it('is told of servers: made, changed and deleted, their nics before', async () => {
    await using gateway = await startGateway()
    const { db } = gateway.cloud
    const { nics } = await threeNics(gateway)
    await using events = await open(gateway)
    db.addServer({ ownerId, id: 150, name: 'new', status: 'BUILD' })
    expect(await take(events, 1)).toEqual([{ __typename: 'ServerCreated', server: { id: 'Server:150', name: 'new' } }])

    db.server(150).status = 'ACTIVE'
    renameNow(gateway.cloud, 'server', 150, 'newer')
    expect(await take(events, 1)).toEqual([serverUpdated(150, 'newer')])

    db.deleteServer(141)
    const ids = ['Nic:aa:00:00:23:0d:59', ...nics.map(({ id }) => id)]
    expect(await take(events, 5)).toEqual([
      ...ids.map((deletedId, index) => ({
        __typename: 'NicDisconnected',
        nicId: `nic-141-${index}`,
        deletedId,
        serverId: '141',
        networkId: index === 0 ? '1' : String(index + 2),
      })),
      { __typename: 'ServerDeleted', serverId: '141', deletedId: 'Server:141' },
    ])
  })

  it('is told of a removal with the renumbering that follows it', async () => {
    await using gateway = await startGateway()
    const { networkIds, nics } = await threeNics(gateway)
    await using events = await open(gateway)
    await gateway.run(DisconnectNicDocument, { input: { nicId: nics[0].id } })
    const nic = (id: string, nicId: string) => ({
      id,
      nicId,
      network: { name: 'net' },
      server: { name: 'web server', nics: ['nic-141-0', 'nic-141-1', 'nic-141-2'].map((name) => ({ nicId: name })) },
    })
    expect(await take(events, 3)).toEqual([
      {
        __typename: 'NicDisconnected',
        nicId: 'nic-141-1',
        deletedId: nics[0].id,
        serverId: '141',
        networkId: networkIds[0],
      },
      { __typename: 'NicRenamed', from: 'nic-141-2', to: 'nic-141-1', nic: nic(nics[1].id, 'nic-141-1') },
      { __typename: 'NicRenamed', from: 'nic-141-3', to: 'nic-141-2', nic: nic(nics[2].id, 'nic-141-2') },
    ])
  })

  it('is told in an order that makes sense when much changes at once', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.db.addNetwork({ ownerId, id: 7 })
    cloud.db.connect(142, 7)
    await using events = await open(gateway)
    cloud.db.addNetwork({ ownerId, id: 8 })
    connectNow(cloud, 141, 8)
    cloud.db.deleteServer(142)
    Object.assign(cloud.db.network(7), { status: 'DELETED', updated: cloud.db.now() })
    const kinds = (await take(events, 6)).map((change) => (change as { __typename: string }).__typename)
    const at = (kind: string) => kinds.indexOf(kind)
    expect([...kinds].sort()).toEqual(
      [
        'NetworkCreated',
        'NetworkDeleted',
        'NicConnected',
        'NicDisconnected',
        'NicDisconnected',
        'ServerDeleted',
      ].sort(),
    )
    expect(at('NetworkCreated')).toBeLessThan(at('NicConnected'))
    expect(kinds.lastIndexOf('NicDisconnected')).toBeLessThan(Math.min(at('NetworkDeleted'), at('ServerDeleted')))
  })

  it('is told once, and `updatedAt` alone is no change, nor is what another tenant does on a public network', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.db.addNetwork({ ownerId, id: 7 })
    await using events = await open(gateway)
    renameNow(cloud, 'network', 7, 'first')
    expect(await take(events, 1)).toEqual([networkUpdated(7, 'first')])

    connectNow(cloud, 140, 1)
    cloud.db.touch(cloud.db.network(7))
    cloud.db.touch(cloud.db.server(141))
    renameNow(cloud, 'server', 142, 'last')
    expect(await take(events, 1)).toEqual([serverUpdated(142, 'last')])
  })

  it('is told of the address and the firewall of a nic as an update of its server', async () => {
    await using gateway = await startGateway()
    await using events = await open(gateway)
    await gateway.run('mutation { setFirewallProfile(input: { serverId: "141", profile: ENABLED }) { __typename } }')
    expect(await take(events, 1)).toEqual([serverUpdated(141, 'web server')])
  })

  it('says when the gateway saw it', async () => {
    await using gateway = await startGateway()
    await using events = await openEvents<{ changes: { at: string } }, object>(
      gateway,
      'subscription { changes { at } }',
    )
    renameNow(gateway.cloud, 'server', 141, 'x')
    const [event] = await events.take(1)
    expect(event?.changes.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })
})

it('answers what is nested in an event from what the poll has seen, without a REST call', async () => {
  await using gateway = await startGateway()
  const { cloud } = gateway
  cloud.db.addNetwork({ ownerId, id: 7 })
  await using events = await openEvents<{ changes: unknown }, object>(
    gateway,
    `subscription { changes { ... on NicConnected { nic { macAddress network { name nics { nodes { id ipv4 server { name } } }
      servers { nodes { name } } deletionBlockers { __typename } } server { name peers { server { name } } networks { name } } } } } }`,
  )
  connectNow(cloud, 141, 7)
  connectNow(cloud, 142, 7)
  expect(JSON.stringify(await take(events, 2))).toContain('"peers":[{"server":{"name":"database server"}}]')
  const [first, second, ...polls] = cloud.requests
  expect([first, second]).toMatchObject([{ path: '/servers/detail' }, { path: '/networks/detail' }])
  for (const { route, query } of polls) {
    expect(['GET /servers/detail', 'GET /networks/detail']).toContain(route)
    expect(query).toHaveProperty('changes-since')
  }
})
