import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { http, inUrl, post } from '../support/http.ts'

const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

it('tells nothing of the schema where introspection is off, but the names of types that are asked for', async () => {
  await using gateway = await startGateway({ limits: { introspection: false } })
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Network") { fields { name } } }']) {
    const { status, body } = await post(gateway, { query })
    expect([status, body.data, body.errors?.[0]?.extensions]).toEqual([
      400,
      undefined,
      { code: 'GRAPHQL_VALIDATION_FAILED' },
    ])
  }
  expect((await post(gateway, { query: '{ __typename }' })).body).toEqual({ data: { __typename: 'Query' } })
})

it('guesses no names then, of fields, arguments, types, fragments, values and variables', async () => {
  const guesses: [query: string, variables?: object][] = [
    ['{ netwrks { totalCount } }'],
    ['{ networks(frst: 1) { totalCount } }'],
    ['{ networks { ... on Netwrk { id } } }'],
    ['{ node(id: "Server:141") { name } }'],
    ['{ networks(orderBy: { field: NAM }) { totalCount } }'],
    ['{ networks(filter: { nameContain: "x" }) { totalCount } }'],
    ['query Q($f: NetworkOrderField!) { networks(orderBy: { field: $f }) { totalCount } }', { f: 'NAM' }],
    ['query Q($f: NetworkFilter) { networks(filter: $f) { totalCount } }', { f: { nameContain: 'x' } }],
  ]
  await using open = await startGateway()
  await using closed = await startGateway({ limits: { introspection: false } })
  for (const [query, variables] of guesses) {
    const [guessed, told] = await Promise.all([open, closed].map((gateway) => post(gateway, { query, variables })))
    const messages = guessed?.body.errors?.map(({ message }) => message) ?? []
    expect(messages.join()).toContain('Did you mean')
    expect(told?.status).toBe(guessed?.status)
    expect(told?.body.errors?.map(({ message }) => message)).toEqual(
      messages.map((message) => message.replace(/ Did you mean.*/s, '')),
    )
  }
})

it('has no page where GraphiQL is off', async () => {
  await using gateway = await startGateway({ limits: { graphiql: false } })
  for (const [path, expected] of [
    ['/graphql', 400],
    ['/graphql?query=', 200], // a document, if none that parses
  ] as const) {
    const { status, text } = await http(gateway, path, browser)
    expect([status, JSON.parse(text)]).toMatchObject([expected, { errors: [{}] }])
  }
  const asked = await http(gateway, inUrl('{ __typename }'), browser)
  expect([asked.status, JSON.parse(asked.text)]).toEqual([200, { data: { __typename: 'Query' } }])
  expect((await http(gateway, '/')).status).toBe(404)
})
