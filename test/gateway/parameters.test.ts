import { describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { http, inUrl, post, refusalOf } from '../support/http.ts'

const query = '{ servers { totalCount } }'
const answer = { data: { servers: { totalCount: 2 } } }
const legacy = { accept: 'application/json' }

const bodyOf = (gateway: TestGateway, body: string | Buffer, headers = {}) =>
  http(gateway, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

const get = async (gateway: TestGateway, parameters: Record<string, string>, headers = {}) => {
  const { status, text } = await http(gateway, `/graphql?${new URLSearchParams(parameters)}`, { headers })
  return [status, JSON.parse(text)]
}

const refused = (message: string) => [400, { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }]

const MISSING = '`query` is missing. Send the text of the operation there.'
const NO_JSON = '`variables` and `extensions` in a URL must be JSON.'

describe('a request that is none by GraphQL over HTTP is 400, also to clients of old', () => {
  it.each([
    [{}, MISSING],
    [{ qeury: query }, MISSING],
    [{ query: null }, MISSING],
    [{ query: 3 }, '`query` must be a string.'],
    [{ query: [query] }, '`query` must be a string.'],
    [{ query, operationName: 3 }, '`operationName` must be a string.'],
    [{ query, operationName: ['a'] }, '`operationName` must be a string.'],
    [{ query, variables: 'no' }, '`variables` must be an object.'],
    [{ query, variables: [7] }, '`variables` must be an object.'],
    [{ query, variables: false }, '`variables` must be an object.'],
    [{ query, extensions: 0 }, '`extensions` must be an object.'],
    [{ query, extensions: [] }, '`extensions` must be an object.'],
    [null, 'The body must be a JSON object with `query`.'],
    ['text', 'The body must be a JSON object with `query`.'],
  ])('in a body: %j', async (body, message) => {
    await using gateway = await startGateway()
    for (const headers of [{}, legacy]) {
      expect(await refusalOf(gateway, body, headers)).toEqual([400, ['BAD_REQUEST', message]])
    }
    expect([gateway.cloud.requests, gateway.logged.join().includes('unexpected error')]).toEqual([[], false])
  })

  it.each([
    ['nothing', '', 'The body must be JSON.'],
    ['half of it', '{"query":', 'The body must be JSON.'],
    ['another charset', Buffer.from('{"query":"{ network(id: \xe9) }"}', 'latin1'), 'The body must be JSON in UTF-8.'],
  ])('as a body: %s', async (_what, body, message) => {
    await using gateway = await startGateway()
    for (const headers of [{}, legacy]) {
      const { status, text } = await bodyOf(gateway, body, headers)
      expect([status, JSON.parse(text)]).toEqual(refused(message))
    }
  })

  it.each<[Record<string, string>, string]>([
    [{}, MISSING],
    [{ operationName: 'A' }, MISSING],
    [{ query, variables: '{x' }, NO_JSON],
    [{ query, extensions: '{x' }, NO_JSON],
    [{ query, variables: '[]' }, '`variables` must be an object.'],
    [{ query, variables: '"x"' }, '`variables` must be an object.'],
    [{ query, extensions: '1' }, '`extensions` must be an object.'],
  ])('in a URL: %j', async (parameters, message) => {
    await using gateway = await startGateway()
    for (const headers of [{}, legacy]) expect(await get(gateway, parameters, headers)).toEqual(refused(message))
    expect([gateway.cloud.requests, gateway.logged.join().includes('unexpected error')]).toEqual([[], false])
  })
})

it('ignores what it does not know in a body and in a URL', async () => {
  await using gateway = await startGateway()
  const body = { query, id: 'q', documentId: 'x', doc_id: 3, __proto__: null, batch: [1] }
  expect(await post(gateway, body)).toMatchObject({ status: 200, body: answer })
  const { status, text } = await bodyOf(
    gateway,
    `{"__proto__":{"query":"{ nothing }"},"query":"${query}","constructor":1}`,
  )
  expect([status, JSON.parse(text)]).toEqual([200, answer])
  expect(await get(gateway, { query, id: 'q', documentId: 'x' })).toEqual([200, answer])
  expect(await refusalOf(gateway, { toString: query })).toEqual([400, ['BAD_REQUEST', MISSING]])
})

it('takes null, and in a URL an empty parameter, for none', async () => {
  await using gateway = await startGateway()
  const none = { query, operationName: null, variables: null, extensions: null }
  expect(await post(gateway, none)).toMatchObject({ status: 200, body: answer })
  expect(await get(gateway, { query, operationName: '', variables: '', extensions: '' })).toEqual([200, answer])
  expect(await get(gateway, { query, variables: 'null', extensions: 'null' })).toEqual([200, answer])
})

it('takes an empty operationName for none, in a body as in a URL', async () => {
  await using gateway = await startGateway()
  const two = `query A ${query} query B ${query}`
  const message = 'Could not determine what operation to execute.'
  for (const operationName of ['', 'C']) {
    expect(await refusalOf(gateway, { query: two, operationName })).toMatchObject([400, [{}, message]])
    expect(await get(gateway, { query: two, operationName })).toMatchObject([200, { errors: [{ message }] }])
  }
  for (const text of [query, `query A ${query}`]) {
    expect(await post(gateway, { query: text, operationName: '' })).toMatchObject({ status: 200, body: answer })
    expect(await get(gateway, { query: text, operationName: '' })).toEqual([200, answer])
  }
  expect(await post(gateway, { query: two, operationName: 'B' })).toMatchObject({ status: 200, body: answer })
})

it('takes an empty query for a document that does not parse, in a body as in a URL', async () => {
  await using gateway = await startGateway()
  const message = 'Syntax Error: Unexpected <EOF>.'
  const asked = await post(gateway, { query: '' })
  expect([asked.status, asked.body]).toMatchObject([400, { errors: [{ message }] }])
  expect(await get(gateway, { query: '' }, legacy)).toMatchObject([200, { errors: [{ message }] }])
  expect((await http(gateway, inUrl(''), { headers: { accept: 'application/graphql-response+json' } })).status).toBe(
    400,
  )
})

it('takes a body with a byte order mark', async () => {
  await using gateway = await startGateway()
  const { status, text } = await bodyOf(gateway, `\uFEFF${JSON.stringify({ query })}`)
  expect([status, JSON.parse(text)]).toEqual([200, answer])
})
