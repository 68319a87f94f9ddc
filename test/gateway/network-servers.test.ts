import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { NetworkServersDocument, type NetworkServersQueryVariables } from '../support/generated/documents.ts'

const ownerId = 'user-tutorial'
const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`).sort()

/** On network 4: servers 9, 10 and 142 once, 141 twice, with a nic on 5 in between. Network 6 is empty. */
async function fourServers(maxPageRows?: number) {
  const gateway = await startGateway(maxPageRows === undefined ? {} : { maxPageRows })
  const { db } = gateway.cloud
  for (const id of [4, 5, 6]) db.addNetwork({ ownerId, id })
  for (const id of [10, 9]) db.addServer({ ownerId, id, name: `server ${id}` })
  for (const id of [141, 10, 142, 9]) db.connect(id, 4)
  db.connect(141, 5)
  db.connect(141, 4)
  return gateway
}

async function servers({ run }: TestGateway, page: Omit<NetworkServersQueryVariables, 'id'> = {}) {
  const { data, errors } = await run(NetworkServersDocument, { id: '4', ...page })
  expect(errors).toBeUndefined()
  const connection = data?.network?.servers
  if (!connection) throw new Error('no servers')
  const { totalCount, pageInfo, edges } = connection
  expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null])
  return {
    ids: edges.map(({ node }) => node.serverId).join(' '),
    totalCount,
    before: pageInfo.hasPreviousPage,
    after: pageInfo.hasNextPage,
    start: pageInfo.startCursor,
    end: pageInfo.endCursor,
    edges,
  }
}

describe('the servers on a network', () => {
  it('are each there once, by id, with the nics that connect them', async () => {
    await using gateway = await fourServers()
    const { edges, totalCount, before, after } = await servers(gateway)
    expect({ totalCount, before, after }).toEqual({ totalCount: 4, before: false, after: false })
    expect(edges.map(({ node, nics }) => [node.serverId, nics.map(({ nicId }) => nicId)])).toEqual([
      ['9', ['nic-9-0']],
      ['10', ['nic-10-0']],
      ['141', ['nic-141-1', 'nic-141-3']],
      ['142', ['nic-142-1']],
    ])
  })

  it('are none on an empty network', async () => {
    await using gateway = await fourServers()
    const { data } = await gateway.run(NetworkServersDocument, { id: '6' })
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null }
    expect(data).toEqual({ network: { servers: { totalCount: 0, pageInfo, edges: [] } } })
  })

  it('are on a public network only those of the caller', async () => {
    await using gateway = await fourServers()
    const { data } = await gateway.run(NetworkServersDocument, { id: '1' })
    expect(data?.network?.servers?.edges.map(({ node }) => node.serverId)).toEqual(['141', '142'])
  })
})

describe('their pages', () => {
  it('go forwards and backwards, and tell the truth about the others', async () => {
    await using gateway = await fourServers()
    const first = await servers(gateway, { first: 3 })
    expect(first).toMatchObject({ ids: '9 10 141', totalCount: 4, before: false, after: true })
    const second = await servers(gateway, { first: 3, after: first.end })
    expect(second).toMatchObject({ ids: '142', totalCount: 4, before: true, after: false })

    const last = await servers(gateway, { last: 1 })
    expect(last).toMatchObject({ ids: '142', before: true, after: false })
    const middle = await servers(gateway, { last: 2, before: last.start })
    expect(middle).toMatchObject({ ids: '10 141', before: true, after: true })
    expect(await servers(gateway, { last: 9, before: middle.start })).toMatchObject({
      ids: '9',
      before: false,
      after: true,
    })
    expect(await servers(gateway, { first: 0 })).toMatchObject({ ids: '', totalCount: 4, after: true })
  })

  it('go on where they were when the server of a cursor has gone or another has come', async () => {
    await using gateway = await fourServers()
    const { end } = await servers(gateway, { first: 2 })
    const { db } = gateway.cloud
    db.deleteServer(10)
    db.addServer({ ownerId, id: 11 })
    db.addServer({ ownerId, id: 8 })
    for (const id of [8, 11]) db.connect(id, 4)
    expect(await servers(gateway, { first: 2, after: end })).toMatchObject({ ids: '11 141', before: true, after: true })
    expect(await servers(gateway, { last: 5, before: end })).toMatchObject({ ids: '8 9', before: false, after: true })
  })

  it('end at the ceiling', async () => {
    await using gateway = await fourServers(3)
    expect(await servers(gateway)).toMatchObject({ ids: '9 10 141', totalCount: 4, before: false, after: true })
    expect(await servers(gateway, { last: 4 })).toMatchObject({ ids: '10 141 142', before: true, after: false })
  })

  it.each([{ first: -1 }, { last: -1 }, { after: 'x' }, { before: 'WyJJRCIsIjQiLFtudWxsLCI0Il1d' }])(
    'refuse %j',
    async (page) => {
      await using gateway = await fourServers()
      const { data, errors } = await gateway.run(NetworkServersDocument, { id: '4', ...page })
      expect(data).toEqual({ network: { servers: null } })
      expect(errors).toEqual([
        expect.objectContaining({
          path: ['network', 'servers'],
          extensions: expect.objectContaining({ code: 'INVALID_INPUT', path: Object.keys(page) }),
        }),
      ])
    },
  )
})

describe('their REST calls', () => {
  const networks = 'GET /networks/detail'
  const both = [networks, 'GET /servers/detail']
  it.each([
    ['nodes { id serverId }', [networks]],
    ['totalCount pageInfo { startCursor } edges { cursor nics { nicId index server { serverId } } }', [networks]],
    ['edges { nics { network { name } } }', [networks]],
    ['nodes { name }', both],
    ['edges { nics { id } }', both],
    ['edges { nics { server { name } } }', both],
    ['nodes { nics { nicId } }', both],
    ['nodes { networks { networkId } }', both],
    ['nodes { peers { server { serverId } } }', both],
    ['nodes { ... on Node { ... on Server { name } } }', both],
  ])('for { %s } of every network are the lists that it needs', async (selection, expected) => {
    await using gateway = await fourServers()
    const { errors } = await gateway.run(`{ networks { nodes { servers { ${selection} } } } }`)
    expect(errors).toBeUndefined()
    expect(calls(gateway.cloud)).toEqual(expected)
  })

  it('for one network are its own read, and one of each server that more than the name is asked of', async () => {
    await using gateway = await fourServers()
    await gateway.run('{ network(id: "5") { servers { nodes { serverId } } } }')
    expect(calls(gateway.cloud)).toEqual(['GET /networks/5'])
    gateway.cloud.clearRequests()
    const { data } = await gateway.run('{ network(id: "5") { servers { nodes { name } } } }')
    expect(data).toEqual({ network: { servers: { nodes: [{ name: 'web server' }] } } })
    expect(calls(gateway.cloud)).toEqual(['GET /networks/5', 'GET /servers/141'])
  })

  it('give the same rows whether or not the servers are read', async () => {
    await using gateway = await fourServers()
    const page = '(first: 3) { totalCount pageInfo { hasNextPage endCursor } edges { cursor nics { nicId }'
    const named = await gateway.run(`{ networks { nodes { servers${page} } } } } }`)
    const whole = await gateway.run(`{ networks { nodes { servers${page} node { name } } } } } }`)
    const without = JSON.parse(JSON.stringify(whole).replaceAll(/,"node":\{"name":"[^"]*"\}/g, ''))
    expect(without).toEqual(named)
  })
})

describe('where the servers cannot be read', () => {
  /** The answer of a selection on every network, of network 5 alone, and where errors are and what they are. */
  async function broken(selection: string, fragment = '') {
    const isUsed = selection.includes('...F')
    await using gateway = await fourServers()
    gateway.cloud.failNext('GET /servers/detail', htmlAnswer(502))
    const { data, errors = [] } = await gateway.run<
      { networks: { nodes: { networkId: string; servers: unknown }[] } },
      object
    >(`{ networks { nodes { networkId servers { ${selection} } } } } ${isUsed ? fragment : ''}`)
    const of5 = data?.networks.nodes.findIndex(({ networkId }) => networkId === '5')
    const found = errors.filter(({ path }) => path?.[2] === of5)
    return {
      servers: data?.networks.nodes.find(({ networkId }) => networkId === '5')?.servers,
      errors: found.map(({ path, extensions }) => `${path?.slice(3).join('.')} ${extensions?.code}`),
    }
  }

  it('what the network knows of them stands, and of their nics what needs them is null', async () => {
    expect(
      await broken('totalCount pageInfo { hasNextPage } edges { nics { nicId macAddress ipv4 server { serverId } } }'),
    ).toEqual({
      servers: {
        totalCount: 1,
        pageInfo: { hasNextPage: false },
        edges: [{ nics: [{ nicId: 'nic-141-2', macAddress: null, ipv4: null, server: { serverId: '141' } }] }],
      },
      errors: ['servers.edges.0.nics.0.macAddress CLOUD_UNAVAILABLE', 'servers.edges.0.nics.0.ipv4 CLOUD_UNAVAILABLE'],
    })
  })

  it('each is still named', async () => {
    expect(await broken('nodes { id } edges { node { __typename serverId } nics { macAddress } }')).toEqual({
      servers: {
        nodes: [{ id: 'Server:141' }],
        edges: [{ node: { __typename: 'Server', serverId: '141' }, nics: [{ macAddress: null }] }],
      },
      errors: ['servers.edges.0.nics.0.macAddress CLOUD_UNAVAILABLE'],
    })
  })

  it.each(['nodes { name }', 'edges { node { ...F } nics { nicId } }', 'edges { ... { node { nics { ipv4 } } } }'])(
    'they are null where { %s } needs them themselves',
    async (selection) => {
      expect(await broken(selection, 'fragment F on Node { ... on Server { flavorId } }')).toEqual({
        servers: null,
        errors: ['servers CLOUD_UNAVAILABLE'],
      })
    },
  )
})
