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

it('counts a row of more than 50 fields as several', async () => {
  await using gateway = await small({ maxRows: 4, maxAliases: 100 })
  const fields = (n: number) => Array.from({ length: n }, (_, at) => `a${at}: name`).join(' ')
  const of = (n: number) => post(gateway, { query: `{ servers { nodes { ${fields(n)} } } }` })
  expect((await of(48)).body.errors).toBeUndefined()
  expect((await of(49)).body).toEqual({ data: null, errors: [tooMany(2)] })
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
