import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { post, refusalOf } from '../support/http.ts'

const times = (n: number, text: (at: number) => string) => Array.from({ length: n }, (_, at) => text(at)).join(' ')
const below = (levels: number): string =>
  levels === 1 ? 'id' : `${levels % 2 ? 'server' : 'nics'} { ${below(levels - 1)} }`
const nested = (levels: number) =>
  `{ ${levels % 2 ? 'server(id: 1)' : 'nic(id: "nic-141-0")'} { ${below(levels - 1)} } }`

/** One document at the limit and one above it. */
const limits: [what: string, limits: object, code: string, message: string, fits: string, over: string][] = [
  [
    'tokens',
    { maxTokens: 20 },
    'QUERY_TOO_LARGE',
    'The document has more than 20 tokens (MAX_TOKENS).',
    `{ ${times(18, () => '__typename')} }`,
    `{ ${times(19, () => '__typename')} }`,
  ],
  [
    'levels of fields',
    { maxDepth: 4 },
    'QUERY_TOO_DEEP',
    'The operation has 5 levels of fields; at most 4 are taken (MAX_DEPTH).',
    nested(4),
    nested(5),
  ],
  [
    'levels of fields in fragments',
    { maxDepth: 3 },
    'QUERY_TOO_DEEP',
    'Operation "Q" has 4 levels of fields; at most 3 are taken (MAX_DEPTH).',
    'query Q { ... { server(id: 1) { ...S } } } fragment S on Server { ... { nics { ...N } } } fragment N on Nic { id }',
    'query Q { server(id: 1) { ...S } } fragment N on Nic { server { id } } fragment S on Server { nics { ...N } }',
  ],
  [
    'aliases, those of __typename among them',
    { maxAliases: 3 },
    'QUERY_TOO_LARGE',
    'The operation has 4 aliases; at most 3 are taken (MAX_ALIASES).',
    `{ ${times(3, (at) => `a${at}: __typename`)} }`,
    `{ ${times(4, (at) => `a${at}: __typename`)} }`,
  ],
  [
    'aliases in fragments, wherever those stand',
    { maxAliases: 3 },
    'QUERY_TOO_LARGE',
    'The operation has 4 aliases; at most 3 are taken (MAX_ALIASES).',
    '{ a: server(id: 1) { ...S } server(id: 2) { ...S } } fragment S on Server { b: id }',
    '{ a: server(id: 1) { ...S } b: server(id: 2) { ...S } } fragment S on Server { c: id }',
  ],
  [
    'fields at the root, fragments and repetitions counted',
    { maxRootFields: 3 },
    'QUERY_TOO_LARGE',
    'The operation has 4 fields at its root; at most 3 are taken (MAX_ROOT_FIELDS).',
    '{ __typename __typename ...Q } fragment Q on Query { ... { __typename } }',
    '{ __typename __typename ...Q } fragment Q on Query { ... { __typename __typename } }',
  ],
  [
    'directives',
    { maxDirectives: 2 },
    'QUERY_TOO_LARGE',
    'The operation has 3 directives; at most 2 are taken (MAX_DIRECTIVES).',
    '{ __typename @skip(if: false) ... @include(if: true) { __typename } }',
    '{ __typename @skip(if: false) ...Q @include(if: true) } fragment Q on Query { __typename @skip(if: true) }',
  ],
]

describe('a document', () => {
  it.each(limits)('may have %s up to the setting, and no more', async (_what, given, code, message, fits, over) => {
    await using gateway = await startGateway({ limits: given })
    const passed = await post(gateway, { query: fits })
    expect([passed.status, passed.body.errors]).toEqual([200, undefined])
    gateway.cloud.clearRequests()
    // From yoga's cache the second time.
    for (const _time of ['first', 'second']) {
      expect(await refusalOf(gateway, { query: over })).toEqual([400, [code, message]])
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it('is refused with 200 for clients of old, as one that is not valid', async () => {
    await using gateway = await startGateway({ limits: { maxDepth: 1 } })
    const { status, body } = await post(gateway, { query: nested(2) }, { accept: 'application/json' })
    expect([status, body.errors?.[0]?.extensions]).toEqual([200, { code: 'QUERY_TOO_DEEP' }])
  })

  it('is refused for any of its operations, also one that is not asked for', async () => {
    await using gateway = await startGateway({ limits: { maxDepth: 2 } })
    const query = 'query A { __typename } query B { server(id: 1) { nics { id } } }'
    const message = 'Operation "B" has 3 levels of fields; at most 2 are taken (MAX_DEPTH).'
    expect(await refusalOf(gateway, { query, operationName: 'A' })).toEqual([400, ['QUERY_TOO_DEEP', message]])
  })

  it('may ask for the schema in its whole depth, as GraphiQL does', async () => {
    await using gateway = await startGateway({ limits: { maxDepth: 1 } })
    const { status } = await post(gateway, { query: '{ __schema { types { fields { type { ofType { name } } } } } }' })
    expect(status).toBe(200)
  })
})

describe('a hostile document', () => {
  const chain = (links: number, link: (next: string) => string) =>
    times(links, (at) => `fragment F${at} on Server { ${at === links - 1 ? 'id' : link(`...F${at + 1}`)} }`)

  it.each([
    ['twice', chain(100, (next) => `a: id ${next} ${next}`), 'QUERY_TOO_LARGE', 'countless aliases'],
    ['deeper', chain(100, (next) => `nics { server { ${next} } }`), 'QUERY_TOO_DEEP', '200 levels of fields'],
    ['in a ring', 'fragment F0 on Server { id ...F1 } fragment F1 on Server { id ...F0 }', undefined, 'within itself'],
  ])('whose fragments name each other %s is refused as soon as it is read', async (_how, fragments, code, words) => {
    await using gateway = await startGateway()
    const query = `${fragments} { server(id: 1) { ...F0 } }`
    const [status, [told, message]] = (await refusalOf(gateway, { query })) as [number, [string, string]]
    expect([status, told]).toEqual([400, code ?? 'GRAPHQL_VALIDATION_FAILED'])
    expect(message).toContain(words)
    expect(gateway.cloud.requests).toEqual([])
  })

  it('as long as a body may be is refused for its tokens, before any rule has looked at it', async () => {
    await using gateway = await startGateway()
    for (const unit of ['name ', 'a:name ', '...F ', '@a ', '{ a ', '1 ']) {
      const start = `{ server(id: ${unit === '1 ' ? '[' : '1) { id '}`
      const query = start + unit.repeat(Math.floor(250_000 / unit.length))
      const message = 'The document has more than 2000 tokens (MAX_TOKENS).'
      expect(await refusalOf(gateway, { query })).toEqual([400, ['QUERY_TOO_LARGE', message]])
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each(['[', '{ a '])('with more levels of %s than can be parsed is refused', async (unit) => {
    await using gateway = await startGateway({ limits: { maxTokens: 1_000_000 } })
    const query = `{ server(id: ${unit === '[' ? '' : '1) '}${unit.repeat(60_000)}`
    const message = 'The document has more levels than can be parsed.'
    expect(await refusalOf(gateway, { query })).toEqual([400, ['QUERY_TOO_DEEP', message]])
  })

  it('that crowds one place with directives is told so once', async () => {
    await using gateway = await startGateway()
    const message = 'There are 6 directives in one place; no place can have more than 5.'
    for (const query of [`{ __typename ${'@a'.repeat(6)} }`, `{ ...Q } fragment Q on Query ${'@a'.repeat(6)} { id }`]) {
      expect(await refusalOf(gateway, { query })).toEqual([400, ['QUERY_TOO_LARGE', message]])
    }
  })
})
