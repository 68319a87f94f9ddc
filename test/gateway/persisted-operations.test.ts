import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { http, post, refusalOf } from '../support/http.ts'

const text = 'query Names($first: Int) { networks(first: $first) { nodes { name } } }'
const sha256Hash = createHash('sha256').update(text).digest('hex')
const deep = '{ servers { nodes { nics { id } } } }'
const persistedOperations = new Map([
  ['names', text],
  [sha256Hash, text],
  ['deep', deep],
  ['stale', '{ nothing }'],
])
const persisted = () => startGateway({ limits: { persistedOperations, maxDepth: 3 } })
const names = { data: { networks: { nodes: [{ name: 'public_network' }] } } }

it('takes operations by their id, or by their hash as Apollo clients send it, with variables', async () => {
  await using gateway = await persisted()
  const variables = { first: 1 }
  const extensions = { persistedQuery: { version: 1, sha256Hash } }
  for (const asked of [{ documentId: 'names' }, { extensions }]) {
    expect((await post(gateway, { ...asked, variables })).body).toEqual(names)
  }
  for (const asked of [
    `extensions=${encodeURIComponent(JSON.stringify(extensions))}`,
    'documentId=names&variables={}',
  ]) {
    expect(JSON.parse((await http(gateway, `/graphql?${asked}`)).text)).toEqual(names)
  }
})

it('takes no other operation, and no text', async () => {
  await using gateway = await persisted()
  const required =
    'Only operations known by an id are taken: send `documentId`, or `extensions.persistedQuery`, and no text.'
  for (const asked of [{ query: text }, { query: text, documentId: 'names' }, {}, { documentId: 4 }, { query: '' }]) {
    expect(await refusalOf(gateway, asked)).toEqual([400, ['PERSISTED_QUERY_ID_REQUIRED', required]])
  }
  for (const documentId of ['nothing', '__proto__', 'constructor', '']) {
    const message = 'No operation is known by that id.'
    expect(await refusalOf(gateway, { documentId })).toEqual([400, ['PERSISTED_QUERY_NOT_IN_LIST', message]])
  }
  expect(gateway.cloud.requests).toEqual([])
})

it('holds listed operations to the schema and to all limits', async () => {
  await using gateway = await persisted()
  expect(await refusalOf(gateway, { documentId: 'deep' })).toMatchObject([400, ['QUERY_TOO_DEEP', {}]])
  expect(await refusalOf(gateway, { documentId: 'stale' })).toMatchObject([400, ['GRAPHQL_VALIDATION_FAILED', {}]])
})

it('knows no ids unless operations are listed', async () => {
  await using gateway = await startGateway()
  expect(await refusalOf(gateway, { documentId: 'names' })).toMatchObject([400, ['BAD_REQUEST', {}]])
})
