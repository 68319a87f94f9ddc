import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { startGateway } from '../support/gateway.ts'
import { TopologyDocument, type TopologyFilter } from '../support/generated/documents.ts'

const ownerId = 'user-tutorial'
const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`).sort()
const networksList = 'GET /networks/detail'
const serversList = 'GET /servers/detail'

/** Servers 9, 141 and 142 on the public network 1 and on 4; 141 twice on 9, where nobody else is; 10 is empty. */
async function smallGraph() {
  const gateway = await startGateway()
  const { db } = gateway.cloud
  for (const id of [10, 9, 4]) db.addNetwork({ ownerId, id })
  db.addServer({ ownerId, id: 9 })
  db.connect(9, 1)
  for (const id of [142, 9, 141]) db.connect(id, 4)
  db.connect(141, 9)
  db.connect(141, 9)
  return gateway
}

type Data =
  NonNullable<(typeof TopologyDocument)['__apiType']> extends (variables: never) => infer Answer ? Answer : never

/** What is there, in a line each. */
function parts(data: Data | null | undefined) {
  const topology = data?.topology
  return {
    networks: topology?.networks.map(({ networkId }) => networkId).join(' '),
    servers: topology?.servers.map(({ serverId }) => serverId).join(' '),
    links: topology?.links.map((link) => `${link.nic.nicId}>${link.networkId}`).join(' '),
  }
}

const everything = {
  networks: '1 4 9 10',
  servers: '9 141 142',
  links: 'nic-9-0>1 nic-9-1>4 nic-141-0>1 nic-141-1>4 nic-141-2>9 nic-141-3>9 nic-142-0>1 nic-142-1>4',
}

describe('the topology', () => {
  it('has every network, server and nic once, by id', async () => {
    await using gateway = await smallGraph()
    const { data, errors } = await gateway.run(TopologyDocument)
    expect(errors).toBeUndefined()
    expect(parts(data)).toEqual(everything)
    expect(data?.topology?.links[0]).toEqual({ networkId: '1', serverId: '9', nic: { nicId: 'nic-9-0' } })
  })

  it.each<[what: string, filter: TopologyFilter | null, networks: string, servers: string, links: string]>([
    ['of no filter', null, everything.networks, everything.servers, everything.links],
    ['of nulls', { networkIds: null, serverIds: null, includePublic: null }, '1 4 9 10', '9 141 142', everything.links],
    ['of a network', { networkIds: ['9'] }, '9', '141', 'nic-141-2>9 nic-141-3>9'],
    [
      'of networks in both forms',
      { networkIds: ['Network:9', '1'] },
      '1 9',
      '9 141 142',
      'nic-9-0>1 nic-141-0>1 nic-141-2>9 nic-141-3>9 nic-142-0>1',
    ],
    ['of an empty network', { networkIds: ['10'] }, '10', '', ''],
    ['of a network named twice', { networkIds: ['10', 'Network:10'] }, '10', '', ''],
    ['of a server', { serverIds: ['142'] }, '1 4', '142', 'nic-142-0>1 nic-142-1>4'],
    [
      'of servers in both forms',
      { serverIds: ['Server:142', '9'] },
      '1 4',
      '9 142',
      'nic-9-0>1 nic-9-1>4 nic-142-0>1 nic-142-1>4',
    ],
    ['of both', { networkIds: ['9', '10'], serverIds: ['141', '142'] }, '9 10', '141 142', 'nic-141-2>9 nic-141-3>9'],
    [
      'without public networks',
      { includePublic: false },
      '4 9 10',
      '9 141 142',
      'nic-9-1>4 nic-141-1>4 nic-141-2>9 nic-141-3>9 nic-142-1>4',
    ],
    ['of a server without public networks', { serverIds: ['142'], includePublic: false }, '4', '142', 'nic-142-1>4'],
    ['of a public network that is left out', { networkIds: ['1'], includePublic: false }, '', '', ''],
    [
      'of both without public networks',
      { networkIds: ['1', '4'], serverIds: ['9'], includePublic: false },
      '4',
      '9',
      'nic-9-1>4',
    ],
    ['of things that are not there', { networkIds: ['999'], serverIds: ['140'] }, '', '', ''],
    ['of a network that is not there', { networkIds: ['999'] }, '', '', ''],
    ['of no networks', { networkIds: [] }, '', '', ''],
    ['of no servers', { serverIds: [] }, '', '', ''],
  ])('%s holds that part, and both ends of each link', async (_what, filter, networks, servers, links) => {
    await using gateway = await smallGraph()
    const { data, errors } = await gateway.run(TopologyDocument, { filter })
    expect(errors).toBeUndefined()
    expect(parts(data)).toEqual({ networks, servers, links })
    for (const link of data?.topology?.links ?? []) {
      expect(networks.split(' ')).toContain(link.networkId)
      expect(servers.split(' ')).toContain(link.serverId)
    }
  })

  it.each<[filter: TopologyFilter, path: string]>([
    [{ networkIds: ['4', 'Server:141'] }, 'networkIds'],
    [{ networkIds: ['04'] }, 'networkIds'],
    [{ serverIds: ['nic-141-0'] }, 'serverIds'],
  ])('refuses %j and asks the cloud nothing', async (filter, path) => {
    await using gateway = await smallGraph()
    const { data, errors } = await gateway.run(TopologyDocument, { filter })
    expect(data).toEqual({ topology: null })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', path: ['filter', path], fault: null })
    expect(calls(gateway.cloud)).toEqual([])
  })

  it('is null, with an error, when a list that it needs fails', async () => {
    await using gateway = await smallGraph()
    gateway.cloud.failNext(networksList, htmlAnswer(502))
    const { data, errors } = await gateway.run(TopologyDocument)
    expect(data).toEqual({ topology: null })
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['topology'],
        extensions: expect.objectContaining({ code: 'CLOUD_UNAVAILABLE' }),
      }),
    ])
  })

  it('has the networks, and of their nics what those know, when the servers cannot be read', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('GET /servers/detail', htmlAnswer())
    const { data, errors } = await gateway.run('{ topology { networks { name nics { nodes { nicId ipv4 } } } } }')
    const nodes = ['nic-141-0', 'nic-142-0'].map((nicId) => ({ nicId, ipv4: null }))
    expect(data).toEqual({ topology: { networks: [{ name: 'public_network', nics: { nodes } }] } })
    expect(errors).toHaveLength(2)
  })

  it('shows a caller nothing of another tenant but the public network', async () => {
    await using gateway = await smallGraph()
    const { data } = await gateway.run(TopologyDocument, {}, { headers: { 'x-auth-token': 'other-token' } })
    expect(parts(data)).toEqual({ networks: '1', servers: '140', links: 'nic-140-0>1' })
  })
})

describe('the REST calls of a topology', () => {
  const all = [networksList, serversList]
  const noPublic = '(filter: { includePublic: false })'
  it.each([
    ['', '__typename', []],
    ['', 'networks { networkId name }', [networksList]],
    ['', 'servers { serverId nics { nicId ipv4 } }', [serversList]],
    ['', 'links { networkId serverId nic { id macAddress } }', [serversList]],
    ['', 'links { nic { network { networkId } server { name } } }', [serversList]],
    ['', 'links { nic { network { name } } }', all],
    ['', 'servers { name } links { serverId }', [serversList]],
    ['', 'networks { networkId } links { serverId }', all],
    ['', 'networks { nics { nodes { nicId } } }', [networksList]],
    ['', 'servers { networks { name } }', all],
    ['', 'servers { peers { server { name } } }', all],
    ['', 'networks @skip(if: true) { name } links { serverId }', [serversList]],
    ['', '... on Topology { networks { name } servers { name } }', all],
    [noPublic, 'networks { name }', [networksList]],
    [noPublic, 'links { serverId }', all],
    ['(filter: { serverIds: ["141"] })', 'networks { name }', all],
    ['(filter: { serverIds: ["141"] })', 'links { networkId }', [serversList]],
    ['(filter: { networkIds: ["4"] })', 'networks { name }', [networksList]],
    ['(filter: { networkIds: ["4"] })', 'servers { name }', [serversList]],
  ])('%s { %s } are those of the lists it needs', async (filter, selection, expected) => {
    await using gateway = await smallGraph()
    const { errors } = await gateway.run(`{ topology${filter} { ${selection} } }`)
    expect(errors).toBeUndefined()
    expect(calls(gateway.cloud)).toEqual(expected)
  })

  it.each([10, 100, 1000])('are two at most for %i networks, and overlap', async (networks) => {
    await using gateway = await startGateway({ cloud: { seed: { networks, servers: networks * 2 } } })
    gateway.cloud.calls.hold('*')
    const asked = gateway.run(TopologyDocument)
    await gateway.cloud.calls.arrived('*', 2) // the second does not wait for the first
    gateway.cloud.calls.release()
    const { data } = await asked
    expect(calls(gateway.cloud)).toEqual(all)
    expect(data?.topology?.networks).toHaveLength(networks)
    expect(data?.topology?.servers).toHaveLength(networks * 2)
    expect(data?.topology?.links).toHaveLength(networks * 2 * 3)
  })
})
