import { setTimeout as sleepFor } from 'node:timers/promises'
import { CloudUnavailableError, InvalidInputError, RateLimitedError } from '../cloud/errors.ts'

/** ACCEPTED: answer as soon as the cloud has taken the request. COMPLETED: when it shows the change, or at the deadline. */
export type WaitUntil = 'ACCEPTED' | 'COMPLETED'

/** What the cloud shows when the answer is given. */
export type OperationState = 'PENDING' | 'COMPLETED'

export interface WaitPolicy {
  /** Between the first look and the second; each later interval is longer, up to `longestMs`. */
  readonly firstMs: number
  readonly longestMs: number
  /** Tests replace it; the default is a timer that ends early, by throwing, when the caller has gone. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** Fires when the gateway ends: nobody waits any longer, and what is seen then is the answer. */
  readonly ending?: AbortSignal
}

const GROWTH = 1.6
const DEFAULT_TIMEOUT_SECONDS = 30
const LONGEST_TIMEOUT_SECONDS = 300

export interface Waiting {
  readonly waitUntil: WaitUntil
  /** Null: 30. */
  readonly timeoutSeconds: number | null
}

/** A point in time, on the monotonic clock in milliseconds. */
export class Deadline {
  readonly #at: number

  constructor(seconds: number) {
    this.#at = performance.now() + seconds * 1000
  }

  get leftMs(): number {
    return Math.max(0, this.#at - performance.now())
  }
}

/** The deadline of a whole operation, from now. Throws InvalidInputError for a time out of bounds. */
export function deadlineOf({ timeoutSeconds }: Waiting): Deadline {
  const seconds = timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS
  if (seconds >= 1 && seconds <= LONGEST_TIMEOUT_SECONDS) return new Deadline(seconds)
  throw new InvalidInputError(`timeoutSeconds must be from 1 to ${LONGEST_TIMEOUT_SECONDS}, not ${seconds}.`, [
    'input',
    'timeoutSeconds',
  ])
}

interface Look<Seen> {
  /** Reads the cloud afresh. */
  readonly look: () => Promise<Seen>
  readonly done: (seen: Seen) => boolean
  /** Null: look once and answer what is there. */
  readonly deadline: Deadline | null
  readonly waits: WaitPolicy
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks until it is done, at growing intervals, until the deadline. A look that the cloud does not answer is made up for
 * by the next; only when the last one before the deadline fails too is its error thrown. Rejects with the signal's reason
 * when the caller goes.
 */
export async function lookUntil<Seen>({
  look,
  done,
  deadline,
  waits,
  signal,
}: Look<Seen>): Promise<{ seen: Seen; done: boolean }> {
  const sleep = waits.sleep ?? ((ms, until) => pause(ms, until, waits.ending))
  for (let ms = waits.firstMs; ; ms = Math.min(ms * GROWTH, waits.longestMs)) {
    const leftMs = waits.ending?.aborted ? 0 : (deadline?.leftMs ?? 0)
    try {
      const seen = await look()
      if (done(seen)) return { seen, done: true }
      if (leftMs <= 0) return { seen, done: false }
    } catch (error) {
      const passing = error instanceof CloudUnavailableError || error instanceof RateLimitedError
      if (!passing || leftMs <= 0) throw error
    }
    await sleep(Math.min(ms, leftMs), signal)
  }
}

async function pause(ms: number, signal: AbortSignal | undefined, ending: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  if (ending?.aborted) return
  const over = new AbortController()
  const end = () => over.abort()
  signal?.addEventListener('abort', end)
  ending?.addEventListener('abort', end)
  try {
    await sleepFor(ms, undefined, { signal: over.signal })
  } catch {
    signal?.throwIfAborted()
  } finally {
    signal?.removeEventListener('abort', end)
    ending?.removeEventListener('abort', end)
  }
}
