import { expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { startGateway } from '../support/gateway.ts'
import { PeersDocument } from '../support/generated/documents.ts'

const ownerId = 'user-tutorial'
const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`).sort()
const bothLists = ['GET /networks/detail', 'GET /servers/detail']

/** 141 shares 9 and 10 with 142, twice on each, and 9 with server 9; 150 is on the public network alone, 151 on none. */
async function neighbours() {
  const gateway = await startGateway()
  const { db } = gateway.cloud
  for (const id of [9, 10, 11]) db.addNetwork({ ownerId, id })
  for (const id of [9, 150, 151]) db.addServer({ ownerId, id, name: `server ${id}` })
  for (const id of [9, 150]) db.connect(id, 1)
  for (const networkId of [10, 9]) for (const id of [142, 141, 142]) db.connect(id, networkId)
  db.connect(9, 9)
  db.connect(141, 11)
  return gateway
}

const peersOf141 = [
  { server: { serverId: '9', name: 'server 9' }, networks: [{ networkId: '9' }] },
  { server: { serverId: '142', name: 'database server' }, networks: [{ networkId: '9' }, { networkId: '10' }] },
]

it('names the servers that share a private network, by id, with all that they share, by id', async () => {
  await using gateway = await neighbours()
  expect(await gateway.run(PeersDocument, { id: '141' })).toEqual({ data: { server: { peers: peersOf141 } } })
})

it.each(['Server:150', '151'])('is empty for %s, which shares the public network at most', async (id) => {
  await using gateway = await neighbours()
  expect(await gateway.run(PeersDocument, { id })).toEqual({ data: { server: { peers: [] } } })
})

it('is null with its server when there is no such server', async () => {
  await using gateway = await neighbours()
  expect(await gateway.run(PeersDocument, { id: '140' })).toEqual({ data: { server: null } })
  expect(calls(gateway.cloud)).toEqual(bothLists)
})

it('goes both ways', async () => {
  await using gateway = await neighbours()
  const { data } = await gateway.run<
    { servers: { nodes: { serverId: string; peers: { server: { serverId: string } }[] }[] } },
    object
  >('{ servers { nodes { serverId peers { server { serverId } } } } }')
  const pairs = data?.servers.nodes.flatMap(({ serverId, peers }) =>
    peers.map(({ server }) => [serverId, server.serverId]),
  )
  expect(pairs).toHaveLength(6) // 9, 141 and 142 know each other
  for (const [a, b] of pairs ?? []) expect(pairs).toContainEqual([b, a])
  expect(calls(gateway.cloud)).toEqual(bothLists)
})

const peers = 'peers { server { serverId name } networks { networkId } }'

it.each([
  ['server', `{ server(id: "141") { ${peers} } }`],
  ['node', `{ node(id: "Server:141") { ... on Server { ${peers} } } }`],
  ['nodes', `{ nodes(ids: ["Server:141", "Server:9"]) { ... on Server { ${peers} } } }`],
  ['servers', `{ servers(filter: { ids: ["141"] }) { nodes { ${peers} } } }`],
  ['nic', `{ nic(id: "nic-141-0") { server { ${peers} } } }`],
  ['network', `{ network(id: "11") { nics { nodes { server { ${peers} } } } } }`],
  ['Network.servers', `{ network(id: "11") { servers { nodes { ${peers} } } } }`],
  ['a peer', `{ server(id: "142") { peers { server { ${peers} } } } }`],
  ['topology', `{ topology(filter: { serverIds: ["141"] }) { servers { ${peers} } } }`],
])('is the same from %s, for two REST calls', async (_from, query) => {
  await using gateway = await neighbours()
  const { data, errors } = await gateway.run(query)
  expect(errors).toBeUndefined()
  expect(JSON.stringify(data)).toContain(`"peers":${JSON.stringify(peersOf141)}`)
  expect(calls(gateway.cloud)).toEqual(bothLists)
})

it('is null with an error when a list fails, and the rest stands', async () => {
  await using gateway = await neighbours()
  gateway.cloud.failNext('GET /networks/detail', htmlAnswer(502))
  const { data, errors } = await gateway.run('{ server(id: "141") { name peers { server { name } } } }')
  expect(data).toEqual({ server: { name: 'web server', peers: null } })
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['server', 'peers'],
      extensions: expect.objectContaining({ code: 'CLOUD_UNAVAILABLE' }),
    }),
  ])
})
