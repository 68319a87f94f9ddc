/** Calls that wait until a test lets them go on, and tests that wait for calls. */
import type { LoggedRequest, RequestLog } from './request-log.ts'
import { checkName, isMeant } from './route-names.ts'

export interface HoldOptions {
  /** How many calls: all, unless told. */
  readonly times?: number | undefined
  /** The call is carried out, and its answer is held. Otherwise nothing has happened before the release. */
  readonly carriedOut?: boolean | undefined
}

export interface Hold {
  readonly route: string
  readonly carriedOut: boolean
  /** How many calls it will still take; null: all. */
  readonly left: number | null
  /** How many calls it holds now. */
  readonly held: number
}

/** What a test may do with calls. */
export interface CallControl {
  readonly holds: readonly Hold[]
  /** From now on these calls are received and logged, and wait. `route` is as in `failNext`. */
  hold(route: string, options?: HoldOptions): void
  /** Lets go on what is held, in order, and holds no more: of that very route, or of all. */
  release(route?: string): void
  /** Resolves once the log has so many calls of the route, 1 unless told; never after `signal` has fired. */
  arrived(route: string, count?: number, signal?: AbortSignal): Promise<void>
  /** The same of calls that have ended, answered or not. */
  ended(route: string, count?: number, signal?: AbortSignal): Promise<void>
  /** Resolves once the log is so, which is looked at whenever a call arrives or ends. */
  until(isSo: (requests: readonly LoggedRequest[]) => boolean, signal?: AbortSignal): Promise<void>
}

interface Held {
  readonly route: string
  readonly carriedOut: boolean
  left: number | null
  readonly waiting: (() => void)[]
}

export class Calls implements CallControl {
  readonly #log: RequestLog
  #holds: Held[] = []
  readonly #looking = new Set<() => void>()

  constructor(log: RequestLog) {
    this.#log = log
  }

  get holds(): readonly Hold[] {
    return this.#holds.map(({ waiting, ...hold }) => ({ ...hold, held: waiting.length }))
  }

  hold(route: string, { times, carriedOut = false }: HoldOptions = {}): void {
    checkName(route)
    this.#holds.push({ route, carriedOut, left: times ?? null, waiting: [] })
  }

  release(route?: string): void {
    const released = this.#holds.filter((hold) => route === undefined || hold.route === route)
    this.#holds = this.#holds.filter((hold) => !released.includes(hold))
    for (const { waiting } of released) for (const goOn of waiting) goOn()
  }

  arrived(route: string, count = 1, signal?: AbortSignal): Promise<void> {
    checkName(route)
    return this.until((requests) => requests.filter((call) => isMeant(route, call)).length >= count, signal)
  }

  ended(route: string, count = 1, signal?: AbortSignal): Promise<void> {
    checkName(route)
    const hasEnded = (call: LoggedRequest) => call.endedAt !== null && isMeant(route, call)
    return this.until((requests) => requests.filter(hasEnded).length >= count, signal)
  }

  until(isSo: (requests: readonly LoggedRequest[]) => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#looking.delete(look)
        signal?.removeEventListener('abort', leave)
      }
      const look = () => {
        try {
          if (!isSo(this.#log.entries)) return
          resolve()
        } catch (error) {
          reject(error)
        }
        leave()
      }
      signal?.addEventListener('abort', leave)
      this.#looking.add(look)
      look()
    })
  }

  /** To be told when a call has been logged, or has ended. */
  moved(): void {
    for (const look of [...this.#looking]) look()
  }

  /**
   * `prepare` carries a call out and gives what sends its answer. Both are done at once, or, where the call is held, when it
   * is released.
   */
  pass(call: LoggedRequest, prepare: () => () => void): void {
    const hold = this.#holds.find(({ route, left }) => left !== 0 && isMeant(route, call))
    if (!hold) {
      prepare()()
      return
    }
    if (hold.left !== null) hold.left--
    hold.waiting.push(hold.carriedOut ? prepare() : () => prepare()())
  }
}
