import {
  buildSchema,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLObjectType,
  getIntrospectionQuery,
  getOperationAST,
  parse,
} from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { maskError } from '../../src/gateway/masking.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { threeNics } from '../support/graph.ts'
import { createExecutors, type Executors, planned } from '../support/plans.ts'
import { queries, readExample, withTypenames } from '../support/queries.ts'

/** A value for every variable that the queries of the tests and examples have. */
const variables: Record<string, unknown> = {
  ids: ['Network:1', 'Server:141', 'Network:999'],
  serverId: '141',
  first: 2,
  orderBy: { field: 'NAME' },
  filter: null,
}
const ids = ['Network:1', 'Server:141', '3', '999']

const failures = [
  [],
  ['GET /networks/detail'],
  ['GET /servers/detail'],
  ['GET /networks/:id', 'GET /servers/:id'],
  ['GET *'],
]

const described = (error: GraphQLError) => ({
  told: JSON.stringify(error),
  masked: JSON.stringify(maskError(error, 'Unexpected error.')),
  original: error.originalError?.constructor,
})

/** All of an answer, in an order in which two can be compared: whichever request fails first is told first. */
const whole = ({ data, errors }: ExecutionResult) => ({
  data: JSON.stringify(data),
  errors: errors?.map(described).toSorted((one, other) => one.told.localeCompare(other.told)),
})

describe('a query that is executed by its plan', () => {
  it.each(queries)("answers as graphql's own executor does: $name", async ({ document, operationName }) => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    await threeNics(gateway)
    const names = getOperationAST(document, operationName)?.variableDefinitions?.map((it) => it.variable.name.value)
    for (const asked of [document, withTypenames(document)]) {
      const byPlan = executors.byPlan(asked)
      const byGraphql = executors.byGraphql(asked)
      for (const id of names?.includes('id') ? ids : [undefined]) {
        for (const routes of failures) {
          for (const route of routes) gateway.cloud.failNext(route, htmlAnswer(502), 1000)
          const execution = { operationName, variableValues: { ...variables, id } }
          const expected = whole(await byGraphql(execution))
          expect(whole(await byPlan(execution))).toEqual(expected)
          gateway.cloud.clearFailures()
          if (routes[0] === 'GET *') expect(expected.errors).toBeTruthy()
        }
      }
    }
  })
})

/** Sends it three times: the first makes the plan, the others find it. */
async function expectSame(gateway: TestGateway, executors: Executors, text: string, values?: object): Promise<void> {
  const expected = await executors.withoutPlans(text, values)
  for (let i = 0; i < 3; i++) {
    expect(await gateway.run(text, values), `${text} with ${JSON.stringify(values)}`).toEqual(expected)
  }
}

describe('over HTTP', () => {
  it('the operation is the one that is named, in a document of many, and never a mutation', async () => {
    await using gateway = await startGateway()
    const tutorial = readExample('tutorial.graphql')
    for (let i = 0; i < 4; i++) {
      const networks = await gateway.run(tutorial, {}, { operationName: 'Step2_Networks' })
      expect(networks).toEqual({
        data: { networks: { nodes: [{ networkId: '1', name: 'public_network', public: true }] } },
      })
      const server = await gateway.run<object, object>(tutorial, {}, { operationName: 'Step15_WhatIsThere' })
      expect(server.data).toMatchObject({ server: { nics: [{ nicId: 'nic-141-0' }] } })
    }
    expect(gateway.cloud.requests.filter(({ method }) => method !== 'GET')).toEqual([])

    for (const networkId of ['3', '4']) {
      const created = await gateway.run<object, object>(tutorial, {}, { operationName: 'Step3_CreatePrivateNet' })
      expect(created.data).toMatchObject({ createNetwork: { network: { networkId } } })
    }
  })

  it('an operation that is not named, or not there, is refused as ever', async () => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    const tutorial = readExample('tutorial.graphql')
    for (const operationName of [undefined, 'Step99', '']) {
      const options = operationName === undefined ? {} : { operationName }
      const expected = await executors.withoutPlans(tutorial, {}, options)
      for (let i = 0; i < 3; i++) expect(await gateway.run(tutorial, {}, options)).toEqual(expected)
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it('variables go by the rules of GraphQL: defaults, nulls, absent ones and wrong ones', async () => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    await threeNics(gateway)
    const text = `query ($orderBy: NetworkOrder, $first: Int = 1, $name: Boolean!, $direction: OrderDirection = DESC) {
      networks(orderBy: $orderBy, first: $first) { nodes { networkId name @include(if: $name) } }
      ordered: networks(orderBy: { field: NAME, direction: $direction }) { nodes { networkId } }
    }`
    for (const values of [
      undefined,
      {},
      { name: true },
      { name: false, first: null },
      { name: true, first: 2.5 },
      { name: true, first: -1 },
      { name: true, orderBy: { field: 'NAME' } },
      { name: true, orderBy: { field: 'NAME', direction: 'DESC' }, direction: 'ASC' },
      { name: true, orderBy: { field: 'SIZE' } },
      { name: true, orderBy: { direction: 'ASC' } },
      { name: true, orderBy: { field: 'NAME', more: 1 } },
      { name: true, orderBy: 'NAME' },
      { name: true, direction: null },
      { name: 'yes' },
      { name: null },
      { name: true, stranger: 1 },
      { name: true },
    ]) {
      await expectSame(gateway, executors, text, values)
    }
  })

  it('@skip and @include choose the fields of each request anew', async () => {
    await using gateway = await startGateway()
    const text = `query ($names: Boolean!, $cidrs: Boolean = true, $nics: Boolean!) {
      networks { nodes { networkId ... @include(if: $names) { name } cidr @skip(if: $cidrs) ...Nics @include(if: $nics) } }
    }
    fragment Nics on Network { nics { totalCount @include(if: $names) nodes { nicId } } }`
    const keys = (names: boolean, cidrs: boolean, nics: boolean) => {
      const shown = { name: names, cidr: !cidrs, nics }
      return ['networkId', ...Object.entries(shown).flatMap(([key, isShown]) => (isShown ? [key] : []))]
    }
    const either = [true, false]
    const choices = either.flatMap((names) => either.flatMap((cidrs) => either.map((nics) => ({ names, cidrs, nics }))))
    for (const { names, cidrs, nics } of [...choices, ...choices.toReversed()]) {
      // What is left out has its default.
      const values = cidrs ? { names, nics } : { names, cidrs, nics }
      const { data, errors } = await gateway.run<{ networks: { nodes: { nics?: object }[] } }, object>(text, values)
      expect(errors).toBeUndefined()
      const [network] = data?.networks.nodes ?? []
      expect(Object.keys(network ?? {})).toEqual(keys(names, cidrs, nics))
      if (nics) expect(Object.keys(network?.nics ?? {})).toEqual(names ? ['totalCount', 'nodes'] : ['nodes'])
    }
  })

  it('@skip and @include by a variable that turns out null fail where they stand', async () => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    for (const field of ['networks @include(if: $a) { totalCount }', 'networks { totalCount @skip(if: $a) }']) {
      const text = `query ($a: Boolean = true) { cloud { name } ${field} }`
      for (const values of [{}, { a: null }, { a: false }, { a: null }]) {
        await expectSame(gateway, executors, text, values)
      }
    }
  })

  it('a null condition is an error only where it decides', async () => {
    await using gateway = await startGateway()
    const ask = (text: string) => gateway.run(`query ($a: Boolean = true) { ${text} }`, { a: null })
    expect(await ask('cloud { name dialect @skip(if: true) @include(if: $a) }')).toEqual({
      data: { cloud: { name: new URL(gateway.cloud.url).host } },
    })
    // The look-ahead comes by before the executor, which never does.
    expect(await ask('network(id: "999") { nics { nodes { nicId @include(if: $a) } } }')).toEqual({
      data: { network: null },
    })
    const { data, errors } = await ask('network(id: "1") { name nics { nodes { nicId @include(if: $a) } } }')
    expect(data).toEqual({ network: { name: 'public_network', nics: null } })
    expect(errors?.map(({ path }) => path)).toEqual([['network', 'nics', 'nodes', 0]])
  })

  it('any number of conditions is kept to', async () => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    for (let count = 1; count <= names.length; count++) {
      const some = names.slice(0, count)
      const text = `query (${some.map((name) => `$${name}: Boolean!`).join(' ')}) {
        cloud { ${some.map((name) => `${name}: name @include(if: $${name})`).join(' ')} dialect }
      }`
      for (const shown of some) {
        await expectSame(gateway, executors, text, Object.fromEntries(some.map((name) => [name, name === shown])))
      }
    }
  })

  it('the schema tells of itself', async () => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    const everything = getIntrospectionQuery({
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    })
    await expectSame(gateway, executors, everything)
    const one = `query ($name: String!, $old: Boolean) {
      __typename __type(name: $name) { __typename name kind fields(includeDeprecated: $old) { name type { ofType { name } } } }
      schema: __schema { queryType { name __typename } }
    }`
    for (const values of [{ name: 'Network' }, { name: 'Nothing', old: true }, { name: 'Node', old: null }, {}]) {
      await expectSame(gateway, executors, one, values)
    }
  })

  it('a failing list makes the same half of an answer each time', async () => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    const text = '{ networks { nodes { name nics { nodes { id } } } } servers { totalCount } cloud { name } }'
    for (const route of ['GET /servers/detail', 'GET /networks/detail']) {
      gateway.cloud.failNext(route, htmlAnswer(502), 1000)
      await expectSame(gateway, executors, text)
      gateway.cloud.clearFailures()
      await expectSame(gateway, executors, text)
    }
  })
})

describe('fragments that multiply by naming each other', () => {
  it.each([
    ['by fields', (at: number) => `nics { nodes { a: network { ...F${at} } b: network { ...F${at} } } }`],
    ['by names', (at: number) => `nics { nodes { network { ...I${at} ...I${at} } } } ...F${at} ...F${at}`],
  ])('cost no more than they are long: %s', async (_how, next) => {
    const maxAliases = Number.MAX_SAFE_INTEGER
    await using gateway = await startGateway({ limits: { maxTokens: 1_000_000, maxDepth: 1000, maxAliases } })
    const depth = 40
    const fragments = Array.from({ length: depth }, (_, at) =>
      [
        `fragment F${at} on Network { ${next(at + 1)} }`,
        `fragment I${at} on Network { id ...I${at + 1} ...I${at + 1} }`,
      ].join(' '),
    )
    const ends = `fragment F${depth} on Network { name } fragment I${depth} on Network { id }`
    const text = `{ network(id: "99") { ...F0 ...I0 } } ${fragments.join(' ')} ${ends}`
    expect(await gateway.run(text)).toEqual({ data: { network: null } })
  })
})

describe('a plan', () => {
  it('is made of no more than there are things for, however fragments multiply', async () => {
    const depth = 14
    const fragments = Array.from(
      { length: depth },
      (_, at) => `fragment F${at} on Item { a: item { ...F${at + 1} } b: item { ...F${at + 1} } }`,
    )
    const text = `{ item { ...F0 } } ${fragments.join(' ')} fragment F${depth} on Item { name }`
    const items = buildSchema('type Query { item: Item } type Item { item: Item name: String }')
    const looks = vi.spyOn(items.getType('Item') as GraphQLObjectType, 'getFields')
    const { data } = await planned(items, parse(text))({ rootValue: { item: { item: { item: null } } } })
    expect(data).toEqual({ item: { a: { a: null, b: null }, b: { a: null, b: null } } })
    expect(looks.mock.calls.length).toBeLessThan(100)
  })
})
