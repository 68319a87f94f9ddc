import {
  certificates,
  host,
  hosts,
  httpUrl,
  integer,
  LOG_LEVELS,
  logLevel,
  onOff,
  operationsFile,
  origins,
  redisUrl,
  token,
} from './readers.ts'

export interface Setting<Value> {
  readonly env: string
  readonly flag?: string
  /** As text, as in the environment; null: none. */
  readonly default: string | null
  readonly meaning: string
  readonly read: (text: string, name: string) => Value
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
  allowedHosts: {
    env: 'ALLOWED_HOSTS',
    default: null,
    meaning: 'names that the gateway may be asked by, comma-separated, beside HOST and loopback; others get 421',
    read: hosts,
  },
  allowedOrigins: {
    env: 'ALLOWED_ORIGINS',
    default: null,
    meaning:
      "origins of pages that may use the gateway (CORS), comma-separated, beside the gateway's own; others get 403",
    read: origins,
  },
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
    read: httpUrl('the base URL of the compute API, such as https://cyclades.example.org/compute/v2.0'),
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
  // Synnefo's web interface polls at 2.5 to 15 s; jobs on an idle backend take 1 to 3 s.
  waitFirstMs: {
    env: 'WAIT_FIRST_MS',
    default: '250',
    meaning: 'milliseconds after which a mutation that waits for the cloud looks again; each later interval is longer',
    read: integer(1, 600_000),
  },
  waitLongestMs: {
    env: 'WAIT_LONGEST_MS',
    default: '5000',
    meaning: 'longest of these intervals',
    read: integer(1, 600_000),
  },
  pollShortestMs: {
    env: 'POLL_SHORTEST_MS',
    default: '1000',
    meaning: 'milliseconds between two looks for changes, while somebody is subscribed, at first and after a change',
    read: integer(1, 600_000),
  },
  pollLongestMs: {
    env: 'POLL_LONGEST_MS',
    default: '10000',
    meaning: 'the same when nothing has changed for a while, or the cloud does not answer',
    read: integer(1, 600_000),
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
  wholeReadMs: {
    env: 'WHOLE_READ_MS',
    default: '60000',
    meaning:
      'milliseconds until what is kept is read whole again, or twenty times what that took, if longer: what has left ' +
      "a caller's view shows until then",
    read: integer(1, 3_600_000),
  },
  maxBodyBytes: {
    env: 'MAX_BODY_BYTES',
    default: '262144',
    meaning: "bytes of the largest request's body taken",
    read: integer(1024, 2 ** 30),
  },
  maxTokens: {
    env: 'MAX_TOKENS',
    default: '2000',
    meaning: 'most words and signs of a document, all its operations and fragments together',
    read: integer(1, 1_000_000),
  },
  maxDepth: {
    env: 'MAX_DEPTH',
    default: '15',
    meaning: 'most levels of fields of an operation; fragments are none',
    read: integer(1, 1000),
  },
  maxAliases: {
    env: 'MAX_ALIASES',
    default: '50',
    meaning: 'most aliases of an operation, those of a fragment wherever it stands',
    read: integer(0, Number.MAX_SAFE_INTEGER),
  },
  maxRootFields: {
    env: 'MAX_ROOT_FIELDS',
    default: '50',
    meaning: 'most fields at the root of an operation; one that stands twice counts twice',
    read: integer(1, 1_000_000),
  },
  maxDirectives: {
    env: 'MAX_DIRECTIVES',
    default: '50',
    meaning: 'most directives of an operation',
    read: integer(0, 1_000_000),
  },
  maxRestCalls: {
    env: 'MAX_REST_CALLS',
    default: '300',
    meaning:
      'most REST calls that an operation can take: a list once, a single thing or a change each time it is named',
    read: integer(1, 1_000_000),
  },
  maxRows: {
    env: 'MAX_ROWS',
    default: '100000',
    meaning:
      'most rows of an answer, all its lists together; where more than 50 fields are selected, each counts as several',
    read: integer(1, 2 ** 30),
  },
  maxSteps: {
    env: 'MAX_STEPS',
    default: '3000000',
    meaning: 'most steps that an answer takes: rows looked at for it, and values made',
    read: integer(1, Number.MAX_SAFE_INTEGER),
  },
  requestsPerMinute: {
    env: 'RATE_LIMIT_PER_MINUTE',
    default: '6000',
    meaning: 'most requests of one token in a minute, or of one address without a token; 0: any number',
    read: integer(0, 2 ** 30),
  },
  graphiql: {
    env: 'GRAPHIQL',
    default: 'on',
    meaning: 'on: a browser is shown GraphiQL; off: there is no page',
    read: onOff,
  },
  introspection: {
    env: 'INTROSPECTION',
    default: 'on',
    meaning: 'on: the schema can be asked for; off: it cannot, and errors guess no names',
    read: onOff,
  },
  persistedOperations: {
    env: 'PERSISTED_OPERATIONS',
    default: null,
    meaning: 'JSON file of operations, text by id or hash: only these are taken; without it, any',
    read: operationsFile,
  },
  logLevel: {
    env: 'LOG_LEVEL',
    default: 'info',
    meaning: `one of ${LOG_LEVELS.join(', ')}; JSON lines, readable on a terminal`,
    read: logLevel,
  },
  graceMs: {
    env: 'SHUTDOWN_GRACE_MS',
    default: '10000',
    meaning: 'milliseconds that requests under way have to end when the process is told to',
    read: integer(0, 600_000),
  },
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: null,
    meaning:
      "traces requests, to this collector's URL (OTLP over HTTP); its standard variables for the exporter, service, resource, sampler and batches hold too",
    read: httpUrl('the URL of a collector, such as http://collector.example.org:4318'),
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
