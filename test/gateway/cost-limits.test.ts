import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../src/schema/index.ts'
import { countCalls, predictCalls } from '../../src/schema/rest-calls.ts'
import { startGateway } from '../support/gateway.ts'
import { post, refusalOf } from '../support/http.ts'
import { queries } from '../support/queries.ts'

const named = (n: number, text: string) => Array.from({ length: n }, (_, at) => `a${at}: ${text}`).join(' ')
const ids = (n: number) => Array.from({ length: n }, (_, at) => `Server:${at + 1}`)
const wholeGraph = `{
  networks { nodes { networkId name cidr nics { nodes { nicId ipv4 macAddress server { serverId name status } } } } }
  servers { nodes { name nics { network { name } } } }
  topology { networks { networkId } servers { serverId } links { nic { nicId } } }
}`

function predicted(text: string, variables = {}): number {
  const document = parse(text)
  const [operation, ...others] = document.definitions
  if (operation?.kind !== 'OperationDefinition') throw new Error('the operation comes first')
  const fragments = Object.fromEntries(
    others.flatMap((other) => (other.kind === 'FragmentDefinition' ? [[other.name.value, other]] : [])),
  )
  return countCalls(predictCalls(schema, operation, fragments), operation, variables)
}

describe('REST calls', () => {
  it.each([
    ['{ __typename cloud { name } __schema { queryType { name } } }', 0],
    ['{ networks { nodes { name } } }', 1],
    ['{ a: networks { nodes { name } } b: networks { totalCount } }', 1],
    [wholeGraph, 2],
    [`{ ${named(9, 'network(id: 1) { id }')} }`, 9],
    [`{ ${named(9, 'network(id: 1) { nics { nodes { server { name } } } }')} }`, 11],
    ['{ network(id: 1) { name } network(id: 1) { id } ...Q } fragment Q on Query { network(id: 1) { id } }', 2],
    ['{ server(id: 1) { nics { network { name } } } }', 3],
    ['{ nodes(ids: ["Server:1", "Server:2"]) { id } }', 2],
    ['mutation { a: renameNetwork(input: { networkId: 3, name: "n" }) { __typename } }', 2],
  ])('of %s are known before', (text, calls) => {
    expect(predicted(text)).toBe(calls)
  })

  it('of things named in variables are known before', () => {
    const text =
      'query Q($ids: [ID!]! = ["Server:1"], $id: ID!) { a: nodes(ids: $ids) { id } b: nodes(ids: [$id]) { id } }'
    expect(
      [{ ids: ids(70), id: 1 }, { id: 1 }, { ids: 'Server:1', id: 1 }].map((given) => predicted(text, given)),
    ).toEqual([71, 2, 2])
    // A name that every object has is no value that was sent.
    const defaults = `query ($constructor: [ID!]! = ["Server:1", "Server:2"]) { nodes(ids: $constructor) { id } }`
    expect(predicted(defaults)).toBe(2)
  })

  it('are never more than was foretold, in all queries of tests and examples', async () => {
    await using gateway = await startGateway({ snapshots: false })
    const told: unknown[] = []
    for (const { name, document, operationName } of queries) {
      const text = document.loc?.source.body ?? ''
      if (document.definitions.filter(({ kind }) => kind === 'OperationDefinition').length > 1) continue
      gateway.cloud.clearRequests()
      const variables = { id: '141', ids: ['Server:141', 'Network:1'] }
      await gateway.run(text, variables, operationName === undefined ? {} : { operationName })
      if (gateway.cloud.requests.length > predicted(text, variables)) told.push([name, gateway.cloud.requests.length])
    }
    expect(told).toEqual([])
  })

  it('of changes are as foretold', async () => {
    await using gateway = await startGateway()
    gateway.cloud.db.addNetwork({ ownerId: 'user-tutorial' })
    const changes = [
      'createNetwork(input: { name: "n" }) { ... on CreateNetworkSuccess { network { name } } }',
      'renameNetwork(input: { networkId: 3, name: "m" }) { ... on RenameNetworkSuccess { network { name } } }',
      'setFirewallProfile(input: { serverId: 141, profile: ENABLED }) { __typename }',
      'connectServer(input: { networkId: 3, serverId: 141 }) { ... on ConnectServerSuccess { server { name } } }',
      'disconnectNic(input: { nicId: "nic-141-1" }) { ... on DisconnectNicSuccess { network { name } } }',
      'connectServer(input: { networkId: 3, serverId: 142 }) { __typename }',
      'disconnectServer(input: { networkId: 3, serverId: 142 }) { ... on DisconnectServerSuccess { network { id } } }',
      'connectServer(input: { networkId: 3, serverId: 142 }) { __typename }',
      'deleteNetwork(input: { networkId: 3, disconnectNics: true }) { ... on DeleteNetworkSuccess { deletedId } }',
    ]
    for (const change of changes) {
      gateway.cloud.clearRequests()
      expect((await gateway.run(`mutation { ${change} }`)).errors).toBeUndefined()
      const calls = gateway.cloud.requests.length
      const foretold = predicted(`mutation { ${change} }`)
      expect([change, foretold - calls]).toEqual([
        change,
        expect.toSatisfy((spare: number) => spare >= 0 && spare <= 2),
      ])
    }
  })

  it('are made up to the setting, and no more', async () => {
    await using gateway = await startGateway({ limits: { maxRestCalls: 20 } })
    const message = 'The operation can take 21 calls of the cloud; at most 20 are made (MAX_REST_CALLS).'
    const query = 'query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    expect((await post(gateway, { query, variables: { ids: ids(20) } })).body.errors).toBeUndefined()
    gateway.cloud.clearRequests()
    for (const asked of [
      { query, variables: { ids: ids(21) } },
      { query: `{ ${named(21, 'network(id: 1) { id }')} }` },
      { query: `mutation { ${named(21, 'createNetwork(input: { name: "n" }) { __typename }')} }` },
    ]) {
      expect(await refusalOf(gateway, asked)).toEqual([400, ['QUERY_TOO_COSTLY', message]])
    }
    const subscription = 'subscription { changes { at } }'
    await using strict = await startGateway({ limits: { maxRestCalls: 1 } })
    expect(await refusalOf(strict, { query: subscription })).toMatchObject([400, ['QUERY_TOO_COSTLY', {}]])
    expect([...gateway.cloud.requests, ...strict.cloud.requests]).toEqual([])
  })

  it('of 500 aliases are refused by the limits as shipped', async () => {
    await using gateway = await startGateway()
    await using calls = await startGateway({ limits: { maxAliases: 500, maxRootFields: 500, maxTokens: 10_000 } })
    const query = `{ ${named(500, 'network(id: 1) { name }')} }`
    expect(await refusalOf(gateway, { query })).toMatchObject([400, ['QUERY_TOO_LARGE', {}]])
    expect(await refusalOf(calls, { query })).toMatchObject([400, ['QUERY_TOO_COSTLY', {}]])
    expect([...gateway.cloud.requests, ...calls.cloud.requests]).toEqual([])
  })
})

it('lets the whole graph of 1,000 servers through, as shipped', async () => {
  await using gateway = await startGateway({ cloud: { seed: { networks: 500, servers: 1000, nicsPerServer: 3 } } })
  const { status, body } = await post(gateway, { query: wholeGraph })
  expect([status, body.errors]).toEqual([200, undefined])
  expect(gateway.cloud.requests).toHaveLength(2)
})
