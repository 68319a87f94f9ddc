import { CloudUnavailableError } from '../errors.ts'

/** How many calls may be under way at once, and how many more may wait for their turn. */
export interface LaneSettings {
  readonly connections: number
  readonly queue: number
}

/** Whoever is turned away may try again then: by that time a queue that moves at all has moved on. */
const RETRY_AFTER_SECONDS = 1

/** Lets so many calls through at once and so many wait; more are turned away at once, so that nothing piles up here. */
export class Lanes {
  readonly #queue: number
  #free: number
  /**
   * In order of arrival. Not a Set: V8 (seen up to 13.6, Node 24) chains its old tables, and one of them in the old generation
   * keeps every call that has waited since, with its request, until the next full collection.
   */
  readonly #waiting: (() => void)[] = []

  constructor({ connections, queue }: LaneSettings) {
    this.#free = connections
    this.#queue = queue
  }

  /** Whether the next one who comes would be turned away. */
  get isFull(): boolean {
    return this.#free === 0 && this.#waiting.length >= this.#queue
  }

  /**
   * When there is room, which must be given back by `leave`; null: there is some. Rejects with CloudUnavailableError at once
   * when too many wait already, or when there is none within `leftMs`; and with the signal's reason when that fires.
   */
  enter(leftMs: number, signal: AbortSignal | undefined): Promise<void> | null {
    if (this.#free > 0) {
      this.#free--
      return null
    }
    if (this.isFull) return Promise.reject(turnedAway())
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      // At once, so that room is never given to one who has gone in the same moment.
      const leaveQueue = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#waiting.splice(this.#waiting.indexOf(enter), 1)
      }
      const enter = () => {
        leaveQueue()
        resolve()
      }
      const giveUp = (reason: unknown) => {
        leaveQueue()
        reject(reason)
      }
      const onAbort = () => giveUp(signal?.reason)
      const timer = setTimeout(() => giveUp(turnedAway()), leftMs)
      signal?.addEventListener('abort', onAbort)
      this.#waiting.push(enter)
    })
  }

  leave(): void {
    const [next] = this.#waiting
    if (next) next()
    else this.#free++
  }
}

function turnedAway(): CloudUnavailableError {
  return new CloudUnavailableError('Too many calls to the cloud are waiting.', 'NOT_APPLIED', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })
}
