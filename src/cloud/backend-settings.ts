import type { CloudInfo } from './cloud.ts'
import type { BreakerSettings } from './http/breaker.ts'
import type { OriginSettings } from './http/origin.ts'

/** What any dialect is opened with. */
export interface BackendSettings extends OriginSettings {
  readonly info: CloudInfo
}

/** How long a cloud that does not answer is left alone: a restart takes longer, a hiccup less. */
const BREAKER_OPEN_MS = 5000

/** Long enough for a connection that was closed under us, short enough for somebody who waits. */
const FIRST_PAUSE_MS = 100

/** As an operator says it. */
export interface CloudLimits {
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly maxAnswerBytes: number
  readonly retries: number
  readonly connections: number
  readonly queue: number
  readonly breakerFailures: number
  readonly ca: string | null
}

export function originSettings(url: URL, limits: CloudLimits): OriginSettings {
  const { retries, connections, queue, breakerFailures, ...same } = limits
  return {
    ...same,
    url,
    lanes: { connections, queue },
    retries: { most: retries, firstPauseMs: FIRST_PAUSE_MS },
    breaker: { failures: breakerFailures, openMs: BREAKER_OPEN_MS } satisfies BreakerSettings,
  }
}
