import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { post } from '../support/http.ts'

const wrongVariables = [
  {
    query: 'query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: { ids: ['Server:141', [[1]]] },
    message: 'Variable "$ids" has invalid value at [1]: ID cannot represent value: [[1]]',
    column: 9,
  },
  {
    query: 'mutation M($input: CreateNetworkInput!) { createNetwork(input: $input) { __typename } }',
    variables: { input: { name: 3 } },
    message: 'Variable "$input" has invalid value at .name: String cannot represent a non string value: 3',
    column: 12,
  },
  {
    query: 'query Q($skip: Boolean!) { cloud @skip(if: $skip) { name } }',
    variables: {},
    message: 'Variable "$skip" has invalid value: Expected a value of non-null type "Boolean!" to be provided.',
    column: 9,
  },
  {
    query: 'subscription S($skip: Boolean!) { changes { __typename ... @skip(if: $skip) { __typename } } }',
    variables: { skip: 'no' },
    message: 'Variable "$skip" has invalid value: Boolean cannot represent a non boolean value: "no"',
    column: 16,
  },
]

describe.each(wrongVariables)('of variables that are wrong: $query', ({ query, variables, message, column }) => {
  it.each([
    ['application/graphql-response+json', 400],
    ['application/json', 200],
  ])('says which, and does not take it for a failure of its own, to who accepts %s', async (accept, expected) => {
    await using gateway = await startGateway()
    // A subscription is refused before its variables are read, unless its events are accepted.
    const { status, body } = await post(gateway, { query, variables }, { accept: `${accept}, text/event-stream;q=0.5` })
    const locations = [{ line: 1, column }]
    expect([status, body]).toEqual([
      expected,
      { errors: [{ message, locations, extensions: { code: 'BAD_USER_INPUT' } }] },
    ])
    expect([gateway.cloud.requests, gateway.logged.join().includes('unexpected error')]).toEqual([[], false])
  })
})
