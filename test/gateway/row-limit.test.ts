import { expect, it } from 'vitest'
import type { Limits } from '../../src/gateway/limits/limits.ts'
import { startGateway } from '../support/gateway.ts'
import { post } from '../support/http.ts'

/** 3 networks with the public one, 4 servers, 8 nics. */
const seed = { networks: 2, servers: 4, nicsPerServer: 2 }
const small = (limits: Partial<Limits>) => startGateway({ cloud: { seed }, limits })
const tooMany = (rows: number) => ({
  message: `The answer has more than ${rows} rows, in all its lists together (MAX_ROWS).`,
  extensions: { code: 'QUERY_TOO_COSTLY' },
})

const rowsOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + rowsOf(item), value.length)
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, item) => sum + rowsOf(item), 0)
}

it.each([
  ['connections', '{ networks { nodes { nics { nodes { nicId server { nics { nicId } } } } } } }'],
  ['edges', '{ networks { edges { node { servers { edges { nics { nicId } } } } } } }'],
  ['lists', '{ servers { nodes { networks { name } peers { networks { name } } } } topology { links { serverId } } }'],
  [
    'a field that another executor runs',
    '{ servers @x { nodes { nics { nicId } } } }'.replace('@x', '@skip(if: false)'),
  ],
])('counts the rows of %s while the answer is made, and gives as many as the setting', async (_what, query) => {
  await using free = await small({})
  const { data } = await free.run<object, object>(query)
  const rows = rowsOf(data)
  await using fits = await small({ maxRows: rows })
  expect(await fits.run(query)).toEqual({ data })
  await using over = await small({ maxRows: rows - 1 })
  for (const _time of ['from the cloud', 'from kept lists', 'once more']) {
    expect((await post(over, { query })).body).toEqual({ data: null, errors: [tooMany(rows - 1)] })
  }
})

it('stops what multiplies itself by going round the graph', async () => {
  const server = (n: number): string =>
    n === 0 ? 'id' : `nics { network { nics { nodes { server { ${server(n - 1)} } } } } }`
  await using gateway = await startGateway({ cloud: { seed: { networks: 1, servers: 300, nicsPerServer: 2 } } })
  const { body } = await post(gateway, { query: `{ servers { nodes { ${server(2)} } } }` })
  expect(body).toEqual({ data: null, errors: [tooMany(100_000)] })
})

it('counts what is done for an answer, however short it is', async () => {
  const cloud = { seed: { networks: 20, servers: 400, nicsPerServer: 3 } }
  await using gateway = await startGateway({ cloud, limits: { maxSteps: 200_000 } })
  const nothing = (n: number) =>
    Array.from({ length: n }, (_, at) => `a${at}: servers(first: 0) { totalCount }`).join(' ')
  const of = (n: number) => post(gateway, { query: `{ servers { nodes { networks { ${nothing(n)} } } } }` })
  expect((await of(1)).body).toEqual({
    data: null,
    errors: [
      {
        message: 'The answer takes more than 200000 steps, of rows looked at and values made (MAX_STEPS).',
        extensions: { code: 'QUERY_TOO_COSTLY' },
      },
    ],
  })
  expect((await post(gateway, { query: '{ servers { nodes { networks { name } } } }' })).body.errors).toBeUndefined()
})

it('counts introspection', async () => {
  await using gateway = await small({ maxRows: 200 })
  const { body } = await post(gateway, { query: '{ __schema { types { name fields { name args { name } } } } }' })
  expect(body).toEqual({ data: null, errors: [tooMany(200)] })
})

it('counts a row of more than 50 fields as several', async () => {
  await using gateway = await small({ maxRows: 4, maxAliases: 100 })
  const fields = (n: number) => Array.from({ length: n }, (_, at) => `a${at}: name`).join(' ')
  const of = (n: number) => post(gateway, { query: `{ servers { nodes { ${fields(n)} } } }` })
  expect((await of(48)).body.errors).toBeUndefined()
  expect((await of(49)).body).toEqual({ data: null, errors: [tooMany(2)] })
})

it('says of each change that it was made, though not even its own lists fit', async () => {
  await using gateway = await small({ maxRows: 1 })
  const { db } = gateway.cloud
  for (const networkId of [1, 2]) db.connect(1, networkId)
  const { index } = db.server(1).nics.find(({ networkId }) => networkId === 2) ?? {}
  db.connect(2, 2)
  const { data, errors } = await gateway.run<object, object>(`mutation {
    made: createNetwork(input: { name: "n" }) { ... on CreateNetworkSuccess { network { name nics { totalCount } } } }
    gone: disconnectNic(input: { nicId: "nic-1-${index}" }) {
      ... on DisconnectNicSuccess { state renamed { from to nic { index } } server { serverId metadata { key } nics { nicId } } }
    }
    inUse: deleteNetwork(input: { networkId: 2 }) { __typename ... on NetworkInUseError { nics { nicId server { name } } } }
  }`)
  expect(data).toMatchObject({
    made: { network: { name: 'n', nics: { totalCount: 0 } } },
    gone: { state: 'COMPLETED', server: { serverId: '1', nics: null } },
    inUse: { __typename: 'NetworkInUseError', nics: expect.any(Array) },
  })
  expect(errors).toEqual([tooMany(1)])
})

it('says of a change all that fits, and once that it is not all', async () => {
  await using gateway = await small({ maxRows: 3 })
  const nics = 'server { nics { network { nics { nodes { nicId } } servers { nodes { serverId } } } } }'
  const { data, errors } = await gateway.run<{ done: object }, object>(
    `mutation { done: connectServer(input: { networkId: 2, serverId: 1 }) { __typename ... on ConnectServerSuccess { state ${nics} } } }`,
  )
  expect(data?.done).toMatchObject({ __typename: 'ConnectServerSuccess', state: 'COMPLETED' })
  expect(errors).toEqual([tooMany(3)])
})
