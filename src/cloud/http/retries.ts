import { setTimeout as sleepFor } from 'node:timers/promises'
import { type RawAnswer, retryAfterSeconds } from './answer.ts'

export interface RetrySettings {
  /** Beyond the first attempt; 0: none. */
  readonly most: number
  /** The first pause is up to this long, each later one up to twice the one before. */
  readonly firstPauseMs: number
}

/** As a share of the first attempts: so much more a sick cloud has to bear. */
const SHARE = 0.1
/** So many in any case, for a gateway that is seldom asked. */
const RESERVE = 10

/** What of an answer says that the same read may well be answered in a moment: its Retry-After, or 0; null: nothing does. */
export function waitAskedFor(answer: RawAnswer): number | null {
  switch (answer.status) {
    case 502:
    case 503:
    case 504:
      return retryAfterSeconds(answer) ?? 0
    // Cyclades has both for "too fast"; without Retry-After 413 is a quota, and nobody knows when a 429 ends.
    case 413:
    case 429:
      return retryAfterSeconds(answer)
    default:
      return null
  }
}

/**
 * When reads may be tried again. All reads of the process share what they may ask for in addition (a retry budget, as in
 * Finagle and gRPC), so that retries never multiply the load of a cloud that is failing under it.
 */
export class Retries {
  readonly #settings: RetrySettings
  #budget = RESERVE

  constructor(settings: RetrySettings) {
    this.#settings = settings
  }

  /** A first attempt is made. */
  began(): void {
    this.#budget = Math.min(this.#budget + SHARE, RESERVE)
  }

  /**
   * How long to wait before the attempt that follows `attempt` (the first is 1); null: there shall be none, because there
   * were enough, or because it could not end before the deadline. At random, so that those who failed together come apart.
   */
  pauseAfter(attempt: number, askedForSeconds: number, leftMs: number): number | null {
    const { most, firstPauseMs } = this.#settings
    if (attempt > most || this.#budget < 1) return null
    const jitterMs = Math.random() * firstPauseMs * 2 ** (attempt - 1)
    const pauseMs = askedForSeconds * 1000 + jitterMs
    if (pauseMs >= leftMs) return null
    this.#budget--
    return pauseMs
  }
}

/** Rejects with the signal's reason when that fires. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleepFor(ms, undefined, { signal }).catch(() => signal?.throwIfAborted())
}
