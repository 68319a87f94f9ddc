import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Config, readConfig } from '../src/config.ts'
import { ConfigError } from '../src/settings/readers.ts'
import { settings } from '../src/settings/table.ts'

const refusal = (env: NodeJS.ProcessEnv, argv: string[] = []) => {
  try {
    return readConfig(env, argv)
  } catch (error) {
    return error instanceof ConfigError ? error.message : error
  }
}

describe('settings', () => {
  it('have defaults that start the embedded cloud with the tutorial', () => {
    expect(readConfig({}, [])).toEqual({
      port: 4000,
      host: '127.0.0.1',
      workers: 1,
      redisUrl: null,
      cloudUrl: null,
      cloudToken: null,
      cloudLimits: {
        timeoutMs: 10_000,
        deadlineMs: 20_000,
        maxAnswerBytes: 64 * 2 ** 20,
        retries: 2,
        connections: 128,
        queue: 512,
        breakerFailures: 20,
        ca: null,
      },
      waits: { firstMs: 250, longestMs: 5000 },
      polls: { shortestMs: 1000, longestMs: 10_000 },
      maxPageRows: 10_000,
      snapshots: true,
      snapshotBytes: 128 * 2 ** 20,
      wholeReadMs: 60_000,
      limits: {
        allowedHosts: [],
        allowedOrigins: [],
        maxBodyBytes: 256 * 2 ** 10,
        maxTokens: 2000,
        maxDepth: 15,
        maxAliases: 50,
        maxRootFields: 50,
        maxDirectives: 50,
        maxRestCalls: 300,
        maxRows: 100_000,
        maxSteps: 3_000_000,
        requestsPerMinute: 6000,
        graphiql: true,
        introspection: true,
        persistedOperations: null,
      },
      logLevel: 'info',
      graceMs: 10_000,
      traces: false,
      embedded: { port: 4100, jobDelayMs: 150, generated: null },
    })
  })

  it('are taken from flags before the environment; an empty variable is as if unset', () => {
    const env = { PORT: '5000', HOST: '', CLOUD_URL: 'https://one.example/compute/v2.0', EMBEDDED_NETWORKS: '5' }
    expect(readConfig(env, ['--port', '6000', '--cloud-url', 'http://two.example'])).toMatchObject({
      port: 6000,
      host: '127.0.0.1',
      cloudUrl: new URL('http://two.example'),
      embedded: { generated: { networks: 5, servers: 10 } },
    })
  })

  const url = 'it must be the base URL of the compute API, such as https://cyclades.example.org/compute/v2.0.'
  const redis = 'it must be such as redis://redis.example.org:6379 or, over TLS, rediss://.'
  const hosts =
    'it must be host names or IP addresses without ports, such as graph.example.org; several are separated by commas.'
  const origins = 'it must be origins of pages, such as https://app.example.org; several are separated by commas.'
  it.each([
    [{}, ['--cloudurl', 'x'], "Unknown option '--cloudurl'; --help lists the flags."],
    [{}, ['what'], "Unexpected argument 'what'; --help lists the flags."],
    [{}, ['--port'], "Option '--port <value>' argument missing; --help lists the flags."],
    [{}, ['--port', '65536'], '--port is "65536"; it must be a whole number from 0 to 65535.'],
    [{ PORT: '-1' }, [], 'PORT is "-1"; it must be a whole number from 0 to 65535.'],
    [{ CLOUD_TIMEOUT_MS: '1e3' }, [], 'CLOUD_TIMEOUT_MS is "1e3"; it must be a whole number from 1 to 600000.'],
    [
      { LOG_LEVEL: 'loud' },
      [],
      'LOG_LEVEL is "loud"; it must be one of fatal, error, warn, info, debug, trace, silent.',
    ],
    [{ HOST: 'http://x' }, [], 'HOST is "http://x"; it must be a host name or an IP address.'],
    [{ ALLOWED_HOSTS: 'a.example,b.example:80' }, [], `ALLOWED_HOSTS is "a.example,b.example:80"; ${hosts}`],
    [{ ALLOWED_HOSTS: '*' }, [], `ALLOWED_HOSTS is "*"; ${hosts}`],
    [{ ALLOWED_HOSTS: ',' }, [], `ALLOWED_HOSTS is ","; ${hosts}`],
    [{ ALLOWED_ORIGINS: 'app.example.org' }, [], `ALLOWED_ORIGINS is "app.example.org"; ${origins}`],
    [{ ALLOWED_ORIGINS: 'https://a.example/app' }, [], `ALLOWED_ORIGINS is "https://a.example/app"; ${origins}`],
    [{ ALLOWED_ORIGINS: 'null' }, [], `ALLOWED_ORIGINS is "null"; ${origins}`],
    [{ ALLOWED_ORIGINS: '*' }, [], `ALLOWED_ORIGINS is "*"; ${origins}`],
    [{ MAX_DEPTH: '0' }, [], 'MAX_DEPTH is "0"; it must be a whole number from 1 to 1000.'],
    [{ MAX_ROWS: 'all' }, [], 'MAX_ROWS is "all"; it must be a whole number from 1 to 1073741824.'],
    [{ INTROSPECTION: 'no' }, [], 'INTROSPECTION is "no"; it must be on or off.'],
    [{ CLOUD_URL: 'cyclades.example.org' }, [], `CLOUD_URL is "cyclades.example.org", which is no URL; ${url}`],
    [{ CLOUD_URL: 'ftp://x' }, [], `CLOUD_URL is "ftp://x", which is not http or https; ${url}`],
    [{ CLOUD_URL: 'http://x/?a=1' }, [], `CLOUD_URL is "http://x/?a=1", which has a query or a fragment; ${url}`],
    [{ CLOUD_URL: 'http://me:secret@x' }, [], `CLOUD_URL has a user or password in it; ${url}`],
    [
      { CLOUD_TOKEN: 'my secret' },
      [],
      'CLOUD_TOKEN has characters that no token has; it must be printable ASCII without spaces.',
    ],
    [{ WORKERS: '0' }, [], 'WORKERS is "0"; it must be a whole number from 1 to 256.'],
    [{ REDIS_URL: 'localhost' }, [], `REDIS_URL is no URL; ${redis}`],
    [{ REDIS_URL: 'http://h:1/0' }, [], `REDIS_URL is "http://h:1/0", which is not redis or rediss; ${redis}`],
    [{ REDIS_URL: 'redis://h?db=1' }, [], `REDIS_URL has a query or a fragment; ${redis}`],
    [
      { REDIS_URL: 'redis://h/one' },
      [],
      `REDIS_URL is "redis://h/one", which is not a host and at most the number of a database; ${redis}`,
    ],
    [
      { EMBEDDED_SERVERS: '5' },
      [],
      'EMBEDDED_SERVERS needs EMBEDDED_NETWORKS: give both, or neither for the tutorial.',
    ],
  ])('are refused with what would be right: %j %j', (env, argv, message) => {
    expect(refusal(env, argv)).toBe(message)
  })

  it('take lists with spaces around the commas, and origins in the form in which browsers send them', () => {
    const env = {
      ALLOWED_HOSTS: 'graph.example.org, ::1,192.0.2.1',
      ALLOWED_ORIGINS: 'https://App.example.org:443/ , http://localhost:5173',
    }
    expect(readConfig(env, [])).toMatchObject({
      limits: {
        allowedHosts: ['graph.example.org', '::1', '192.0.2.1'],
        allowedOrigins: ['https://app.example.org', 'http://localhost:5173'],
      },
    })
  })

  const file = 'it must be a file like {"<id>": "query { ... }"}.'
  it.each([
    ['nowhere.json', 'which cannot be read (ENOENT)'],
    ['README.md', 'which is no JSON'],
    ['package.json', 'in which "name" is the id of no GraphQL document'],
  ])('refuse %s for operations, %s', (path, why) => {
    expect(refusal({ PERSISTED_OPERATIONS: path })).toBe(`PERSISTED_OPERATIONS is "${path}", ${why}; ${file}`)
  })

  it.each([
    'http://user:hidden@h',
    'redis://user:hidden@h/x',
    'redis://user:hidden@h?x',
    'redis://h?password=hidden',
    'redis://user:1/hidden@h',
    'user:hidden@h:6379',
    'other://user:hidden@h',
    ':hidden@h:6379',
    'redis:hidden',
    'redis://:hid/den@h',
  ])('never say the password of %s', (url) => {
    const said = refusal({ REDIS_URL: url })
    expect(said).toContain('it must be such as redis://')
    expect(said).not.toMatch(/hid|user/)
  })

  it('take the URL of a Redis with its password and database', () => {
    const { redisUrl } = readConfig({ REDIS_URL: 'rediss://me:secret@[::1]:6380/2' }, []) as Config
    expect(redisUrl?.href).toBe('rediss://me:secret@[::1]:6380/2')
  })

  it('stand in the README, each with its default', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const rows = Object.values(settings).map((setting) => {
      const flag = 'flag' in setting ? `\`--${setting.flag}\`` : ''
      return `| \`${setting.env}\` | ${flag} | ${setting.default ?? 'none'} |`
    })
    for (const row of rows) expect(readme).toContain(row)
  })
})
