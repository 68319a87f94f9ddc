import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { http, inUrl } from '../support/http.ts'

it('says which variable is of a wrong type, and takes it for no failure of its own', async () => {
  await using gateway = await startGateway()
  const text = 'query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }'
  const { errors } = await gateway.run<object, object>(text, { ids: ['Server:141', [[1]]] })
  expect(errors).toEqual([
    {
      message: 'Variable "$ids" got invalid value [[1]] at "ids[1]"; ID cannot represent value: [[1]]',
      locations: [{ line: 1, column: 9 }],
    },
  ])
  expect(gateway.logged.join()).not.toContain('unexpected error')
})

it.each(['variables', 'extensions'])('answers 400 to %s in a URL that are no JSON', async (name) => {
  await using gateway = await startGateway()
  const { status, text } = await http(gateway, `${inUrl('{ servers { totalCount } }')}&${name}={x`)
  const message = '`variables` and `extensions` in a URL must be JSON.'
  expect([status, JSON.parse(text)]).toEqual([400, { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }])
  expect([gateway.cloud.requests, gateway.logged.join().includes('unexpected error')]).toEqual([[], false])
})
