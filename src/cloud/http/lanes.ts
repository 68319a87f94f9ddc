import { CloudUnavailableError } from '../errors.ts'

/** How many calls may be under way at once, and how many more may wait for their turn. */
export interface LaneSettings {
  readonly connections: number
  readonly queue: number
}

/** Whoever is turned away may try again then: by that time a queue that moves at all has moved on. */
const RETRY_AFTER_SECONDS = 1

interface Waiting {
  enter(): void
  turnAway(): void
}

/** The calls of one caller that wait, in order of arrival; never empty. */
interface Line {
  readonly caller: string
  readonly calls: Waiting[]
}

/**
 * Lets so many calls through at once and so many wait; more are turned away at once, so that nothing piles up here. Callers take
 * turns, however many calls each has waiting; and where no more may wait, the caller with most of them makes room for others.
 */
export class Lanes {
  readonly #queue: number
  #free: number
  #waiting = 0
  /**
   * In the order of their turns. Neither a Set nor a Map: V8 (seen up to 13.6, Node 24) chains its old tables, and one of them in
   * the old generation keeps every call that has waited since, with its request, until the next full collection.
   */
  readonly #lines: Line[] = []

  constructor({ connections, queue }: LaneSettings) {
    this.#free = connections
    this.#queue = queue
  }

  /** Whether the next call would be turned away, or another in its place. */
  get isFull(): boolean {
    return this.#free === 0 && this.#waiting >= this.#queue
  }

  /** Whether the next call of this caller would be turned away. */
  isFullFor(caller: string): boolean {
    return this.isFull && this.#longest() <= (this.#lineOf(caller)?.calls.length ?? 0) + 1
  }

  /**
   * When there is room, which must be given back by `leave`; null: there is some. Rejects with CloudUnavailableError at once
   * when too many wait already, or when there is none within `leftMs`; and with the signal's reason when that fires.
   */
  enter(callerOf: () => string, leftMs: number, signal: AbortSignal | undefined): Promise<void> | null {
    if (this.#free > 0) {
      this.#free--
      return null
    }
    const caller = callerOf()
    if (this.isFullFor(caller)) return Promise.reject(turnedAway())
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.isFull) this.#makeRoom()
    return new Promise((resolve, reject) => {
      // At once, so that room is never given to one who has gone in the same moment.
      const leaveQueue = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#remove(line, waiting)
      }
      const giveUp = (reason: unknown) => {
        leaveQueue()
        reject(reason)
      }
      const waiting: Waiting = {
        enter: () => {
          leaveQueue()
          resolve()
        },
        turnAway: () => giveUp(turnedAway()),
      }
      const onAbort = () => giveUp(signal?.reason)
      const timer = setTimeout(waiting.turnAway, leftMs)
      signal?.addEventListener('abort', onAbort)
      const line = this.#append(caller, waiting)
    })
  }

  leave(): void {
    const line = this.#lines.shift()
    if (!line) {
      this.#free++
      return
    }
    this.#lines.push(line)
    line.calls[0]?.enter()
  }

  #lineOf(caller: string): Line | undefined {
    return this.#lines.find((line) => line.caller === caller)
  }

  #longest(): number {
    return this.#lines.reduce((most, { calls }) => Math.max(most, calls.length), 0)
  }

  #makeRoom(): void {
    const longest = this.#longest()
    this.#lines
      .find(({ calls }) => calls.length === longest)
      ?.calls.at(-1)
      ?.turnAway()
  }

  #append(caller: string, waiting: Waiting): Line {
    this.#waiting++
    let line = this.#lineOf(caller)
    if (line) line.calls.push(waiting)
    else {
      line = { caller, calls: [waiting] }
      this.#lines.push(line)
    }
    return line
  }

  #remove(line: Line, waiting: Waiting): void {
    this.#waiting--
    line.calls.splice(line.calls.indexOf(waiting), 1)
    if (line.calls.length === 0) this.#lines.splice(this.#lines.indexOf(line), 1)
  }
}

function turnedAway(): CloudUnavailableError {
  return new CloudUnavailableError('Too many calls to the cloud are waiting.', 'NOT_APPLIED', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })
}
