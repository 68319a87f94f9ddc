/** The only reader of the environment and of the command line. */
import { parseArgs } from 'node:util'
import type { CloudLimits } from './cloud/backend-settings.ts'
import type { Limits } from './gateway/limits/limits.ts'
import type { WaitPolicy } from './operations/wait.ts'
import type { PollPolicy } from './operations/watch.ts'
import { ConfigError } from './settings/readers.ts'
import { type Setting, settings } from './settings/table.ts'

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
  readonly waits: WaitPolicy
  readonly polls: PollPolicy
  readonly maxPageRows: number
  readonly limits: Limits
  /** Whether callers' lists are kept from one request to the next, and brought up to date instead of read again. */
  readonly snapshots: boolean
  readonly snapshotBytes: number
  /** Kept lists are read whole so often, unless that takes too long. */
  readonly wholeReadMs: number
  readonly logLevel: string
  /** What requests under way have to end when the process is told to, in milliseconds. */
  readonly graceMs: number
  /** Whether requests are traced, by OpenTelemetry; its own environment variables say where to. */
  readonly traces: boolean
  readonly embedded: {
    readonly port: number
    readonly jobDelayMs: number
    /** Null: the tutorial's state. */
    readonly generated: { readonly networks: number; readonly servers: number } | null
  }
}

type Settings = typeof settings
type Values = {
  readonly [Name in keyof Settings]:
    | ReturnType<Settings[Name]['read']>
    | (Settings[Name]['default'] extends null ? null : never)
}

/**
 * Flags win over the environment, which wins over the defaults; an empty variable is as if unset. Throws ConfigError for
 * anything that cannot be used, an unknown flag included. Answers `help` or `version` when that was asked for.
 */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
  argv: readonly string[] = process.argv.slice(2),
): Config | 'help' | 'version' {
  const flags = readFlags(argv)
  if (flags.help) return 'help'
  if (flags.version) return 'version'
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
  const { embeddedPort, embeddedJobDelayMs, embeddedNetworks, embeddedServers, otlpEndpoint } = values
  if (embeddedNetworks === null && embeddedServers !== null) {
    throw new ConfigError('EMBEDDED_SERVERS needs EMBEDDED_NETWORKS: give both, or neither for the tutorial.')
  }
  if (values.waitFirstMs > values.waitLongestMs)
    throw new ConfigError('WAIT_FIRST_MS is more than WAIT_LONGEST_MS; it must be at most that.')
  if (values.pollShortestMs > values.pollLongestMs)
    throw new ConfigError('POLL_SHORTEST_MS is more than POLL_LONGEST_MS; it must be at most that.')
  const generated =
    embeddedNetworks === null ? null : { networks: embeddedNetworks, servers: embeddedServers ?? embeddedNetworks * 2 }
  return {
    ...pick(values, ['host', 'port', 'workers', 'redisUrl', 'cloudUrl', 'cloudToken', 'maxPageRows']),
    ...pick(values, ['snapshots', 'snapshotBytes', 'wholeReadMs', 'logLevel', 'graceMs']),
    waits: { firstMs: values.waitFirstMs, longestMs: values.waitLongestMs },
    polls: { shortestMs: values.pollShortestMs, longestMs: values.pollLongestMs },
    traces: otlpEndpoint !== null,
    cloudLimits: pick(values, [
      'timeoutMs',
      'deadlineMs',
      'maxAnswerBytes',
      'retries',
      'connections',
      'queue',
      'breakerFailures',
      'ca',
    ]),
    limits: {
      allowedHosts: values.allowedHosts ?? [],
      allowedOrigins: values.allowedOrigins ?? [],
      ...pick(values, [
        'maxBodyBytes',
        'maxTokens',
        'maxDepth',
        'maxAliases',
        'maxRootFields',
        'maxDirectives',
        'maxRestCalls',
        'maxRows',
        'maxSteps',
        'requestsPerMinute',
        'graphiql',
        'introspection',
        'persistedOperations',
      ]),
    },
    embedded: { port: embeddedPort, jobDelayMs: embeddedJobDelayMs, generated },
  }
}

/** The compiler sees to it that none of `Config` is left out. */
function pick<Name extends keyof Values>(values: Values, names: readonly Name[]): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<Values, Name> // one entry for each name
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
        version: { type: 'boolean', short: 'v' },
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
    '  --help, -h and --version, -v print this text and the version.',
    '',
  ].join('\n')
}
