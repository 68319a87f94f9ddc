import { print } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer, jsonAnswer } from '../../src/embedded/failures.ts'
import { startGateway } from '../support/gateway.ts'
import {
  EverythingDocument,
  NicNamesOnlyDocument,
  OneNetworkDocument,
  ServersWithNetworksDocument,
  ServersWithNicsDocument,
  WholeGraphWithKeysDocument,
} from '../support/generated/documents.ts'

const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`).sort()
const bothLists = ['GET /networks/detail', 'GET /servers/detail']

describe.each([10, 100, 1000])('a graph of %i networks', (networks) => {
  const cloud = { seed: { networks, servers: networks * 2 } }

  it('costs two REST calls, side by side, whatever is asked of it', async () => {
    await using gateway = await startGateway({ cloud })
    for (const document of [print(WholeGraphWithKeysDocument), print(ServersWithNetworksDocument)]) {
      gateway.cloud.clearRequests()
      gateway.cloud.calls.hold('*')
      const asked = gateway.run(document)
      await gateway.cloud.calls.arrived('*', 2) // the second does not wait for the first
      gateway.cloud.calls.release()
      const answer = await asked
      expect(answer.errors).toBeUndefined()
      expect(calls(gateway.cloud)).toEqual(bothLists)
    }
  })

  it('costs one REST call where one list holds all that is selected', async () => {
    await using gateway = await startGateway({ cloud })
    expect((await gateway.run(NicNamesOnlyDocument)).errors).toBeUndefined()
    expect(calls(gateway.cloud)).toEqual(['GET /networks/detail'])

    gateway.cloud.clearRequests()
    expect((await gateway.run(ServersWithNicsDocument)).errors).toBeUndefined()
    expect(calls(gateway.cloud)).toEqual(['GET /servers/detail'])
  })

  it('gives the same nics from either end', async () => {
    await using gateway = await startGateway({ cloud })
    const { data } = await gateway.run(WholeGraphWithKeysDocument)
    const fromNetworks = data?.networks?.edges.flatMap(({ node }) =>
      (node.nics?.edges ?? []).map((edge) => `${edge.node.nicId} on ${node.networkId}`),
    )
    const servers = await gateway.run(ServersWithNicsDocument)
    const fromServers = servers.data?.servers?.nodes.flatMap(({ nics }) =>
      (nics ?? []).map((nic) => `${nic.nicId} on ${nic.network?.networkId}`),
    )
    expect(fromNetworks?.length).toBeGreaterThan(networks)
    expect([...(fromNetworks ?? [])].sort()).toEqual([...(fromServers ?? [])].sort())
  })
})

describe('a query of few things', () => {
  it('reads one network and its servers one by one', async () => {
    await using gateway = await startGateway()
    expect(await gateway.run(OneNetworkDocument, { id: 'Network:1' })).toEqual({
      data: {
        network: {
          name: 'public_network',
          nics: {
            nodes: [
              { nicId: 'nic-141-0', ipv4: '10.0.0.1', server: { name: 'web server' } },
              { nicId: 'nic-142-0', ipv4: '10.0.0.3', server: { name: 'database server' } },
            ],
          },
        },
      },
    })
    expect(calls(gateway.cloud)).toEqual(['GET /networks/1', 'GET /servers/141', 'GET /servers/142'])
  })

  it('reads the list of servers instead of many of them', async () => {
    await using gateway = await startGateway({ snapshots: false, cloud: { seed: { networks: 5, servers: 20 } } })
    const { data } = await gateway.run('{ networks(filter: { public: true }) { nodes { networkId } } }')
    const [network] = (data as { networks: { nodes: { networkId: string }[] } }).networks.nodes
    gateway.cloud.clearRequests()
    const answer = await gateway.run(OneNetworkDocument, { id: network?.networkId ?? '' })
    expect(answer.data?.network?.nics?.nodes).toHaveLength(20)
    expect(calls(gateway.cloud)).toEqual([`GET /networks/${network?.networkId}`, 'GET /servers/detail'])
  })

  it('never asks for the same URL twice, and looks single things up in a list that is read anyway', async () => {
    await using gateway = await startGateway()
    const answer = await gateway.run(EverythingDocument, {
      ids: ['Network:1', 'Server:141', 'Nic:aa:00:00:23:0d:59', 'Network:999'],
    })
    expect(answer.errors).toBeUndefined()
    expect(answer.data?.nodes).toEqual([
      { __typename: 'Network', id: 'Network:1' },
      { __typename: 'Server', id: 'Server:141' },
      { __typename: 'Nic', id: 'Nic:aa:00:00:23:0d:59' },
      null,
    ])
    expect(calls(gateway.cloud)).toEqual(bothLists)
  })

  it('asks the cloud nothing for what the gateway knows itself', async () => {
    await using gateway = await startGateway({ defaultToken: null })
    expect(await gateway.run('{ cloud { name dialect embedded } }')).toEqual({
      data: { cloud: { name: new URL(gateway.cloud.url).host, dialect: 'cyclades', embedded: false } },
    })
    expect(calls(gateway.cloud)).toEqual([])
  })
})

describe('half a truth', () => {
  it('is not told: what needs the list that failed is null with an error, the rest stands', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('GET /servers/detail', { kind: 'answer', status: 502, body: 'Bad Gateway', headers: {} })
    const { data, errors } = await gateway.run('{ networks { nodes { name nics { nodes { id } } } } }')
    // An id is never null, and only the server tells it.
    expect(data).toEqual({ networks: { nodes: [{ name: 'public_network', nics: null }] } })
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'The cloud answered 502.',
        path: ['networks', 'nodes', 0, 'nics', 'nodes', 0, 'id'],
        extensions: expect.objectContaining({ code: 'CLOUD_UNAVAILABLE' }),
      }),
    ])
  })

  const GRAPH = `networks(filter: { nameContains: "" }) { nodes {
    name
    nics { totalCount edges { cursor } nodes { nicId index macAddress ipv4 network { name } server { name } } }
    deletionBlockers { __typename ... on NetworkInUseError { nics { nicId ipv4 } } }
  } }`

  it('is told of nics as far as their network knows them, each field that needs the servers null with its path', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('GET /servers/detail', htmlAnswer())
    const { data, errors } = await gateway.run<{ networks: { nodes: object[] } }, object>(`{ ${GRAPH} }`)
    const name = 'public_network'
    const nics = ['nic-141-0', 'nic-142-0'].map((nicId) => ({
      ...{ nicId, index: 0, macAddress: null, ipv4: null, network: { name }, server: null },
    }))
    expect(data?.networks.nodes).toEqual([
      {
        name,
        nics: { totalCount: 2, edges: [{ cursor: expect.any(String) }, { cursor: expect.any(String) }], nodes: nics },
        deletionBlockers: [
          { __typename: 'PublicNetworkError' },
          { __typename: 'NetworkInUseError', nics: nics.map(({ nicId }) => ({ nicId, ipv4: null })) },
        ],
      },
    ])
    const at = (...path: (string | number)[]) => ['networks', 'nodes', 0, ...path].join('.')
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(
      [0, 1]
        .flatMap((n) => [
          ...['macAddress', 'ipv4', 'server'].map((field) => at('nics', 'nodes', n, field)),
          at('deletionBlockers', 1, 'nics', n, 'ipv4'),
        ])
        .sort(),
    )
    for (const { extensions } of errors ?? []) expect(extensions).toMatchObject({ code: 'CLOUD_UNAVAILABLE' })
  })

  it('is told of the nics of one network when one of its servers cannot be read', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('GET /servers/142', htmlAnswer())
    const { data, errors } = await gateway.run('{ network(id: 1) { nics { nodes { nicId ipv4 server { name } } } } }')
    expect(data).toEqual({
      network: {
        nics: {
          nodes: [
            { nicId: 'nic-141-0', ipv4: expect.any(String), server: { name: 'web server' } },
            { nicId: 'nic-142-0', ipv4: null, server: null },
          ],
        },
      },
    })
    expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'network.nics.nodes.1.ipv4',
      'network.nics.nodes.1.server',
    ])
  })
})

describe('what no type shows', () => {
  const unused = { links: { self: '/7' }, addresses: 'none', diagnostics: null, 'SNF:port_forwarding': [1] }
  const stamps = { created: null, updated: null, user_id: null, tenant_id: null }
  const addresses = { type: null, cidr: null, cidr6: null, gateway: null, gateway6: null, dhcp: false }
  const nic = { id: 'nic-9-0', network_id: '7', mac_address: 'aa:00:00:00:00:01', ipv4: null, ipv6: null, ...unused }
  const networks = [
    {
      id: '7',
      name: 'net',
      status: 'ACTIVE',
      public: false,
      ...addresses,
      ...stamps,
      attachments: [nic.id],
      ...unused,
    },
  ]
  const servers = [{ id: 9, name: 'web', status: 'ACTIVE', ...stamps, attachments: [nic], ...unused }]

  it('may be of any shape, or missing', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('GET /networks/detail', jsonAnswer({ networks, ...unused }))
    gateway.cloud.failNext('GET /servers/detail', jsonAnswer({ servers, ...unused }))
    expect(await gateway.run('{ networks { nodes { name nics { nodes { nicId server { name } } } } } }')).toEqual({
      data: {
        networks: { nodes: [{ name: 'net', nics: { nodes: [{ nicId: 'nic-9-0', server: { name: 'web' } }] } }] },
      },
    })
  })
})
