/** What a test may ask of its gateway, however that is started. */
import { type Config, readConfig } from '../../src/config.ts'
import type { EmbeddedCloud, EmbeddedCloudOptions } from '../../src/embedded/cloud.ts'
import type { GatewaySettings } from '../../src/gateway/gateway.ts'
import type { Tracing } from '../../src/gateway/observe/tracing.ts'
import type { Lookouts } from '../../src/operations/lookout.ts'

export type AllLimits = Config['cloudLimits'] & Config['limits']

export interface GatewayOptions {
  readonly cloud?: EmbeddedCloudOptions
  /** One that is there already, and stays, instead of one of its own. */
  readonly over?: EmbeddedCloud
  /** What it listens at, which 127.0.0.1 must reach; that unless told. */
  readonly host?: string
  /** For requests that bring no token; the embedded cloud's first one unless told. */
  readonly defaultToken?: string | null
  /** Short by default, so that tests of slow jobs are fast. */
  readonly waits?: Config['waits']
  readonly polls?: Config['polls']
  /** As shipped unless told, but without further attempts: a failure that a test asks for is what it is about. */
  readonly limits?: Partial<AllLimits>
  readonly maxPageRows?: number
  /** On unless told, as shipped. */
  readonly snapshots?: boolean
  readonly snapshotBytes?: number
  /** As shipped unless told. */
  readonly wholeReadMs?: number
  /** What is logged is kept; debug unless told. */
  readonly logLevel?: string
  /** What requests under way have to end when the gateway is told to stop; nothing unless told. */
  readonly graceMs?: number
  /** Within the test's process alone. */
  readonly lookouts?: Lookouts
  readonly tracing?: Tracing
  readonly sharedRates?: GatewaySettings['sharedRates']
}

export interface RunningGateway {
  /** http://127.0.0.1:PORT */
  readonly url: string
  /** What the gateway logged, as JSON lines. */
  readonly logged: readonly string[]
  /** Tells it to stop, as a signal tells the process; resolves when it has heard, with when it has ended. */
  stop(): Promise<{ readonly ended: Promise<void> }>
  /** At once. */
  close(): Promise<void>
}

export const WAITS = { firstMs: 5, longestMs: 20 }
export const POLLS = { shortestMs: 10, longestMs: 40 }
export const SNAPSHOT_BYTES = 64 * 2 ** 20
export const WHOLE_READ_MS = 60_000

export function shippedLimits(): AllLimits {
  const config = readConfig({}, [])
  if (typeof config === 'string') throw new Error('nobody asked')
  return { ...config.cloudLimits, ...config.limits }
}

/** The shipped ones, what tests have otherwise, and what this one says. */
export const limitsOf = ({ limits }: GatewayOptions): AllLimits => ({
  ...shippedLimits(),
  // What no test is about ends nothing, however busy the machine is.
  timeoutMs: 60_000,
  deadlineMs: 60_000,
  retries: 0,
  ...limits,
})
