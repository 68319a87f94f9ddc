/** The only reader of the environment and of the command line. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { parseArgs } from 'node:util'
import type { CloudLimits } from './cloud/backend-settings.ts'

export interface Config {
  readonly host: string
  readonly port: number
  /** Processes that share the port. */
  readonly workers: number
  /** With user and password, if it has them. Null: nothing is shared with other processes. */
  readonly redisUrl: URL | null
  /** Null: start the embedded cloud. */
  readonly cloudUrl: URL | null
  /** Used for requests that bring no token. Null: the embedded cloud's own, or none. */
  readonly cloudToken: string | null
  readonly cloudLimits: CloudLimits
  readonly maxPageRows: number
  readonly maxBodyBytes: number
  /** Whether callers' lists are kept from one request to the next, and brought up to date instead of read again. */
  readonly snapshots: boolean
  readonly snapshotBytes: number
  readonly logLevel: string
  readonly embedded: {
    readonly port: number
    readonly jobDelayMs: number
    /** Null: the tutorial's state. */
    readonly generated: { readonly networks: number; readonly servers: number } | null
  }
}

/** A setting that cannot be used: the message names it, says what it is and what would be right. */
export class ConfigError extends Error {}

interface Setting<Value> {
  readonly env: string
  readonly flag?: string
  /** As text, as in the environment; null: none. */
  readonly default: string | null
  readonly meaning: string
  readonly read: (text: string, name: string) => Value
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

const integer =
  (least: number, most: number) =>
  (text: string, name: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be a whole number from ${least} to ${most}.`)
  }

const host = (text: string, name: string): string => {
  if (text.trim() !== '' && !/[\s/]/.test(text)) return text
  throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be a host name or an IP address.`)
}

const httpUrl = (text: string, name: string): URL => {
  const wrong = (why: string) =>
    new ConfigError(
      `${name} ${why}; it must be the base URL of the compute API, such as https://cyclades.example.org/compute/v2.0.`,
    )
  if (!URL.canParse(text)) throw wrong(`is ${JSON.stringify(text)}, which is no URL`)
  const url = new URL(text)
  if (url.username || url.password) throw wrong('has a user or password in it')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw wrong(`is ${JSON.stringify(text)}, which is not http or https`)
  if (url.search || url.hash) throw wrong(`is ${JSON.stringify(text)}, which has a query or a fragment`)
  return url
}

/** A password may be in it, which no message says: what is not surely something else is left out. */
const redisUrl = (text: string, name: string): URL => {
  const wrong = (what: string) =>
    new ConfigError(`${name} ${what}; it must be such as redis://redis.example.org:6379 or, over TLS, rediss://.`)
  if (!URL.canParse(text)) throw wrong('is no URL')
  const url = new URL(text)
  const { protocol, host, pathname, search, hash } = url
  const said = host !== '' && !pathname.includes('@') ? ` ${JSON.stringify(`${protocol}//${host}${pathname}`)}` : ''
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    throw wrong(`is${said || ' a URL'}, which is not redis or rediss`)
  if (host === '' || !/^(\/\d*)?$/.test(pathname))
    throw wrong(`is${said || ' a URL'}, which is not a host and at most the number of a database`)
  if (search || hash) throw wrong('has a query or a fragment')
  return url
}

const onOff = (text: string, name: string): boolean => {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be on or off.`)
}

const certificates = (path: string, name: string): string => {
  const wrong = (why: string) =>
    new ConfigError(`${name} is ${JSON.stringify(path)}, ${why}; it must be a file of certificates (PEM).`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw wrong(`which cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  try {
    createSecureContext({ ca: text })
    new X509Certificate(text)
  } catch {
    throw wrong('which has no certificate in it')
  }
  return text
}

const logLevel = (text: string, name: string): string => {
  if (LOG_LEVELS.includes(text)) return text
  throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be one of ${LOG_LEVELS.join(', ')}.`)
}

/** A header's value: its own text is never said in a message. */
const token = (text: string, name: string): string => {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new ConfigError(`${name} has characters that no token has; it must be printable ASCII without spaces.`)
}

/** Every setting, in the order of the manual. */
export const settings = {
  port: {
    env: 'PORT',
    flag: 'port',
    default: '4000',
    meaning: 'port the gateway listens at; 0: any free one',
    read: integer(0, 65535),
  },
  host: { env: 'HOST', flag: 'host', default: '127.0.0.1', meaning: 'address the gateway listens at', read: host },
  workers: {
    env: 'WORKERS',
    default: '1',
    meaning: 'processes that share the port, for as many cores',
    read: integer(1, 256),
  },
  redisUrl: {
    env: 'REDIS_URL',
    default: null,
    meaning: 'redis:// or rediss:// URL of what several processes share; without it, each works by itself',
    read: redisUrl,
  },
  cloudUrl: {
    env: 'CLOUD_URL',
    flag: 'cloud-url',
    default: null,
    meaning:
      'base URL of the compute API, such as https://cyclades.example.org/compute/v2.0; without it, the embedded cloud',
    read: httpUrl,
  },
  cloudToken: {
    env: 'CLOUD_TOKEN',
    default: null,
    meaning:
      'used when a request brings no token (embedded: its own); leave it unset when many users share the gateway',
    read: token,
  },
  timeoutMs: {
    env: 'CLOUD_TIMEOUT_MS',
    default: '10000',
    meaning: 'milliseconds of one attempt of a REST call, its body included',
    read: integer(1, 600_000),
  },
  deadlineMs: {
    env: 'CLOUD_DEADLINE_MS',
    default: '20000',
    meaning: 'milliseconds that the reads of a query may take together, further attempts and waiting included',
    read: integer(1, 600_000),
  },
  retries: {
    env: 'CLOUD_RETRIES',
    default: '2',
    meaning: 'most further attempts of a read; writes have none',
    read: integer(0, 10),
  },
  connections: {
    env: 'CLOUD_CONNECTIONS',
    default: '128',
    meaning: 'most REST calls under way at once',
    read: integer(1, 10_000),
  },
  queue: {
    env: 'CLOUD_QUEUE',
    default: '512',
    meaning: 'most REST calls that wait for one of those to end; requests beyond are answered 503 at once',
    read: integer(0, 100_000),
  },
  breakerFailures: {
    env: 'CLOUD_BREAKER_FAILURES',
    default: '20',
    meaning: 'so many REST calls without an answer in a row, and the cloud is left alone for 5 seconds; 0: never',
    read: integer(0, 10_000),
  },
  ca: {
    env: 'CLOUD_CA',
    default: null,
    meaning: "file of certificates (PEM) to trust for the cloud's https, instead of the public authorities",
    read: certificates,
  },
  maxAnswerBytes: {
    env: 'CLOUD_MAX_ANSWER_BYTES',
    default: '67108864',
    meaning: 'bytes of the largest REST answer taken',
    read: integer(1024, 2 ** 30),
  },
  maxPageRows: {
    env: 'MAX_PAGE_ROWS',
    default: '10000',
    meaning: 'most rows of one page of a connection',
    read: integer(1, 1_000_000),
  },
  snapshots: {
    env: 'SNAPSHOTS',
    default: 'on',
    meaning: "on: keep each caller's lists and ask the cloud what has changed since; off: read them again",
    read: onOff,
  },
  snapshotBytes: {
    env: 'SNAPSHOT_BYTES',
    default: '134217728',
    meaning: 'most bytes of all kept lists together, roughly; those not asked for longest go first',
    read: integer(1_000_000, 2 ** 40),
  },
  maxBodyBytes: {
    env: 'MAX_BODY_BYTES',
    default: '262144',
    meaning: "bytes of the largest request's body taken",
    read: integer(1024, 2 ** 30),
  },
  logLevel: {
    env: 'LOG_LEVEL',
    default: 'info',
    meaning: `one of ${LOG_LEVELS.join(', ')}; JSON lines, readable on a terminal`,
    read: logLevel,
  },
  embeddedPort: {
    env: 'EMBEDDED_PORT',
    flag: 'embedded-port',
    default: '4100',
    meaning: 'port the embedded cloud listens at, on loopback; 0: any free one',
    read: integer(0, 65535),
  },
  embeddedJobDelayMs: {
    env: 'EMBEDDED_JOB_DELAY_MS',
    flag: 'embedded-job-delay-ms',
    default: '150',
    meaning: "milliseconds that the embedded cloud's jobs take",
    read: integer(0, 3_600_000),
  },
  embeddedNetworks: {
    env: 'EMBEDDED_NETWORKS',
    flag: 'embedded-networks',
    default: null,
    meaning: 'start the embedded cloud with so many generated networks',
    read: integer(1, 100_000),
  },
  embeddedServers: {
    env: 'EMBEDDED_SERVERS',
    flag: 'embedded-servers',
    default: null,
    meaning: 'and so many generated servers (twice the networks)',
    read: integer(0, 100_000),
  },
} as const satisfies Record<string, Setting<unknown>>

type Settings = typeof settings
type Values = {
  readonly [Name in keyof Settings]:
    | ReturnType<Settings[Name]['read']>
    | (Settings[Name]['default'] extends null ? null : never)
}

/**
 * Flags win over the environment, which wins over the defaults; an empty variable is as if unset. Throws ConfigError for
 * anything that cannot be used, an unknown flag included. Answers `help` when that was asked for.
 */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
  argv: readonly string[] = process.argv.slice(2),
): Config | 'help' {
  const flags = readFlags(argv)
  if (flags.help) return 'help'
  const values = Object.fromEntries(
    Object.entries<Setting<unknown>>(settings).map(([name, setting]) => {
      const flag = setting.flag === undefined ? undefined : flags[setting.flag]
      if (typeof flag === 'string') return [name, setting.read(flag, `--${setting.flag}`)]
      const text = env[setting.env] || setting.default
      return [name, text === null ? null : setting.read(text, setting.env)]
    }),
  ) as Values // one entry for each setting, read by its own reader
  return configOf(values)
}

function configOf(values: Values): Config {
  const { embeddedPort, embeddedJobDelayMs, embeddedNetworks, embeddedServers, ...others } = values
  const { timeoutMs, deadlineMs, maxAnswerBytes, retries, connections, queue, breakerFailures, ca, ...rest } = others
  if (embeddedNetworks === null && embeddedServers !== null) {
    throw new ConfigError('EMBEDDED_SERVERS needs EMBEDDED_NETWORKS: give both, or neither for the tutorial.')
  }
  const generated =
    embeddedNetworks === null ? null : { networks: embeddedNetworks, servers: embeddedServers ?? embeddedNetworks * 2 }
  return {
    ...rest,
    cloudLimits: { timeoutMs, deadlineMs, maxAnswerBytes, retries, connections, queue, breakerFailures, ca },
    embedded: { port: embeddedPort, jobDelayMs: embeddedJobDelayMs, generated },
  }
}

function readFlags(argv: readonly string[]): Record<string, string | boolean | undefined> {
  const named = Object.values<Setting<unknown>>(settings).flatMap(({ flag }) => (flag === undefined ? [] : [flag]))
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        ...Object.fromEntries(named.map((flag) => [flag, { type: 'string' as const }])),
        help: { type: 'boolean', short: 'h' },
      },
    })
    return values
  } catch (error) {
    const [message] = error instanceof Error ? error.message.split('. ', 1) : []
    throw new ConfigError(`${message}; --help lists the flags.`)
  }
}

/** What --help prints. */
export function manual(): string {
  const rows = Object.values<Setting<unknown>>(settings).map((setting) => {
    const flag = setting.flag === undefined ? '' : `--${setting.flag}`
    const byDefault = setting.default === null ? '' : ` (${setting.default})`
    return `  ${flag.padEnd(26)}${setting.env.padEnd(23)}${setting.meaning}${byDefault}`
  })
  return [
    "cloudnet-graphql: one typed graph of servers, networks and nics over a cloud's REST API.",
    '',
    'Usage: cloudnet-graphql [flags]',
    '',
    `  ${'flag'.padEnd(26)}${'environment'.padEnd(23)}meaning (default)`,
    ...rows,
    '',
  ].join('\n')
}
