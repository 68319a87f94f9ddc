/** The checks of graphql-cop (github.com/dolevf/graphql-cop, lib/tests), as requests, with the severities it gives them. */
import { describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { type Answer, http } from '../support/http.ts'

interface Check {
  readonly name: string
  readonly severity: 'HIGH' | 'MEDIUM' | 'LOW' | 'INFO'
  /** Whether graphql-cop would report it. */
  isFound(gateway: TestGateway): Promise<boolean>
}

const json = { 'content-type': 'application/json' }

async function ask(gateway: TestGateway, body: unknown): Promise<Answer & Answer[]> {
  const { text } = await http(gateway, '/graphql', { method: 'POST', headers: json, body: JSON.stringify(body) })
  return JSON.parse(text) as Answer & Answer[]
}
const query = (gateway: TestGateway, text: string) => ask(gateway, { query: text })
const names = ({ data }: Answer) => data?.__typename !== undefined
const inQuery = (text: string) => `/graphql?query=${encodeURIComponent(text)}`
const circular = `query { __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }`
const deep =
  'query { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }'
const exceptionOf = ({ errors }: Answer) => errors?.[0]?.extensions?.exception !== undefined

const checks: readonly Check[] = [
  {
    name: 'alias overloading',
    severity: 'HIGH',
    isFound: async (gateway) => {
      const aliases = Array.from({ length: 101 }, (_, at) => `alias${at}:__typename \n`).join('')
      return (await query(gateway, `query cop { ${aliases} }`)).data?.alias100 !== undefined
    },
  },
  {
    name: 'array-based query batching',
    severity: 'HIGH',
    isFound: async (gateway) =>
      (await ask(gateway, Array(11).fill({ query: 'query cop { __typename }' }))).length >= 10,
  },
  {
    name: 'directive overloading',
    severity: 'HIGH',
    isFound: async (gateway) =>
      (await query(gateway, `query cop { __typename ${'@aa'.repeat(10)} }`)).errors?.length === 10,
  },
  {
    name: 'introspection-based circular query',
    severity: 'HIGH',
    isFound: async (gateway) => {
      const schema = (await query(gateway, deep)).data?.__schema as { types: unknown[] } | undefined
      return (schema?.types.length ?? 0) > 25
    },
  },
  { name: 'circular fragment', severity: 'HIGH', isFound: async (gateway) => !(await query(gateway, circular)).errors },
  {
    name: 'field duplication',
    severity: 'HIGH',
    isFound: async (gateway) => names(await query(gateway, `query cop { ${'__typename \n'.repeat(500)} } `)),
  },
  {
    name: 'introspection',
    severity: 'HIGH',
    isFound: async (gateway) =>
      Boolean((await query(gateway, 'query cop { __schema { types { name } } }')).data?.__schema),
  },
  {
    name: 'field suggestions',
    severity: 'LOW',
    isFound: async (gateway) =>
      Boolean(
        (await query(gateway, 'query cop { __schema { directive } }')).errors?.[0]?.message.includes('Did you mean'),
      ),
  },
  {
    name: 'mutation over GET',
    severity: 'MEDIUM',
    isFound: async (gateway) => names(JSON.parse((await http(gateway, inQuery('mutation cop {__typename}'))).text)),
  },
  {
    name: 'query over GET',
    severity: 'MEDIUM',
    isFound: async (gateway) => names(JSON.parse((await http(gateway, inQuery('query cop {__typename}'))).text)),
  },
  {
    name: 'GraphiQL',
    severity: 'LOW',
    isFound: async (gateway) => {
      const headers = { accept: 'text/html' }
      const paths = ['/graphiql', '/playground', '/console', '/graphql']
      const pages = await Promise.all(paths.map((path) => http(gateway, path, { headers })))
      return pages.some(({ text }) => /graphiql\.min\.css|GraphQL Playground|GraphiQL|graphql-playground/.test(text))
    },
  },
  {
    name: 'url-encoded query over POST',
    severity: 'MEDIUM',
    isFound: async (gateway) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = 'query=query+cop+%7B__typename%7D'
      const inBody = await http(gateway, '/graphql', { method: 'POST', headers, body })
      const inUrl = await http(gateway, inQuery('query cop {__typename}'), { method: 'POST' })
      return [inBody, inUrl].some(({ text }) => names(JSON.parse(text)))
    },
  },
  {
    name: 'trace mode',
    severity: 'INFO',
    isFound: async (gateway) =>
      /tracing|stacktrace|"exception"/i.test(JSON.stringify(await query(gateway, 'query { x }'))),
  },
  {
    name: 'unhandled errors',
    severity: 'INFO',
    isFound: async (gateway) => exceptionOf(await query(gateway, 'qwerty cop { abc }')),
  },
]

async function foundIn(gateway: TestGateway) {
  const found: string[] = []
  for (const { name, severity, isFound } of checks) if (await isFound(gateway)) found.push(`${severity} ${name}`)
  return found
}

describe('graphql-cop', () => {
  it('finds nothing high as in production, without GraphiQL and introspection', async () => {
    await using gateway = await startGateway({ limits: { graphiql: false, introspection: false } })
    // Queries in URLs stay: GraphQL over HTTP has them, they change nothing, and a page elsewhere is refused.
    expect(await foundIn(gateway)).toEqual(['MEDIUM query over GET'])
    expect(gateway.cloud.requests).toEqual([])
  })

  it('finds what those two offer in a gateway as shipped, and no more', async () => {
    await using gateway = await startGateway()
    expect(await foundIn(gateway)).toEqual([
      'HIGH introspection',
      'LOW field suggestions',
      'MEDIUM query over GET',
      'LOW GraphiQL',
    ])
  })
})
