/** The embedded cloud: a Cyclades 0.14 REST server in memory, reached over loopback HTTP like any other cloud. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type CallControl, Calls } from './calls.ts'
import { Db } from './db.ts'
import { type Failure, Failures, type PlannedFailure } from './failures.ts'
import type { Fault } from './faults.ts'
import { type GraphSize, generateGraph } from './generate.ts'
import { type JobControl, type JobDelay, Jobs } from './jobs.ts'
import { createLevers, type Levers } from './levers.ts'
import { Links } from './links.ts'
import { createRandom } from './random.ts'
import { type LoggedRequest, RequestLog } from './request-log.ts'
import { createRestServer, type Edge } from './rest.ts'
import { seedCloud, seedTutorial, seedTutorialCopy } from './seed.ts'
import { Tenants } from './tenants.ts'

export interface EmbeddedCloudOptions {
  /** 127.0.0.1 unless told. */
  host?: string
  /** Any free one unless told, or 0. */
  port?: number
  /** How long a job is run for. With 0 its effect is there before the next request is handled. 150 unless told. */
  jobDelayMs?: JobDelay
  /** The tutorial's starting state unless told. */
  seed?: 'tutorial' | GraphSize
  /** Token to user id. The first one's tenant owns what the seed makes. */
  tokens?: Readonly<Record<string, string>>
  /** An unknown token becomes a new tenant, with a copy of what the seed makes. */
  openTenants?: boolean
  /** How many private networks a tenant may have: 50 unless told, on top of those that a generated seed makes. */
  privateNetworkQuota?: number
  /** Milliseconds since 1970. */
  clock?: () => number
  /** MAC addresses and passwords come from it. */
  randomSeed?: number
}

export interface EmbeddedCloud extends AsyncDisposable {
  /** The base URL: `http://127.0.0.1:4100/compute/v2.0`. */
  readonly url: string
  /** The first tenant's. */
  readonly token: string
  readonly tokens: Readonly<Record<string, string>>
  readonly requests: readonly LoggedRequest[]
  clearRequests(): void
  readonly openSockets: number
  /** `route` is `*`, `POST /networks`, `DELETE /networks/:id`, `GET /servers/141` or the like. */
  failNext(route: string, failure: Failure | Fault, times?: number): void
  readonly plannedFailures: readonly PlannedFailure[]
  clearFailures(): void
  readonly calls: CallControl
  readonly jobs: JobControl
  readonly db: Db & Levers
  /** Ends all connections too, whatever is under way on them, and forgets all jobs. */
  close(): Promise<void>
}

const DEFAULT_TOKENS = { 'embedded-token': 'user-tutorial', 'other-token': 'user-other' }
const DEFAULT_QUOTA = 50

/** Rejects with Node's own error when it cannot listen, EADDRINUSE for example. */
export async function startEmbeddedCloud(options: EmbeddedCloudOptions = {}): Promise<EmbeddedCloud> {
  const { host = '127.0.0.1', port = 0, jobDelayMs = 150, tokens = DEFAULT_TOKENS } = options
  const [token, userId] = Object.entries(tokens)[0] ?? []
  if (token === undefined || userId === undefined) throw new RangeError('The embedded cloud needs a token.')

  let edge: Edge | null = null
  let openSockets = 0
  const server = createRestServer(() => edge ?? fail())
  server.on('connection', (socket) => {
    openSockets++
    socket.on('close', () => openSockets--)
  })
  server.listen(port, host)
  await once(server, 'listening')

  const { port: actualPort } = server.address() as AddressInfo
  const root = `http://${nameOf(host)}:${actualPort}`
  const jobs = new Jobs(jobDelayMs)
  const { db, tenants } = createState(options, tokens, userId)
  const failures = new Failures()
  const log = new RequestLog()
  const calls = new Calls(log)
  edge = { db, jobs, links: new Links(root), tenants, failures, log, calls }

  let closing: Promise<void> | null = null
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      jobs.stop()
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closing
  }
  return {
    url: `${root}/compute/v2.0`,
    token,
    tokens,
    requests: log.entries,
    clearRequests: () => log.clear(),
    get openSockets() {
      return openSockets
    },
    failNext: (route, failure, times) => failures.plan(route, failure, times),
    get plannedFailures() {
      return failures.planned
    },
    clearFailures: () => failures.clear(),
    calls,
    jobs,
    db: Object.assign(db, createLevers(db)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function createState(options: EmbeddedCloudOptions, tokens: Readonly<Record<string, string>>, userId: string) {
  const { seed = 'tutorial', openTenants = false, clock = Date.now, randomSeed = 1 } = options
  const generatedNetworks = seed === 'tutorial' ? 0 : seed.networks
  const quota = options.privateNetworkQuota ?? DEFAULT_QUOTA + generatedNetworks
  const db = new Db(clock, createRandom(randomSeed), quota)
  if (seed === 'tutorial') {
    // With a tenant a connection a /24 would soon be full.
    seedCloud(db, openTenants ? '10.0.0.0/16' : '10.0.0.0/24')
    seedTutorial(db, userId, Object.values(tokens).find((other) => other !== userId) ?? 'user-other')
  } else {
    seedCloud(db, '10.0.0.0/12')
    generateGraph(db, userId, seed)
  }
  const welcome = (newUserId: string) => {
    if (seed === 'tutorial') seedTutorialCopy(db, newUserId)
    else generateGraph(db, newUserId, seed)
  }
  return { db, tenants: new Tenants(tokens, openTenants ? welcome : null) }
}

/** Nobody can connect to "all addresses". */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function fail(): never {
  throw new Error('The embedded cloud got a request before it was ready.')
}
