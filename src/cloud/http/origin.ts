import { Pool } from 'undici'
import type { Backend, CallInfo, Watcher } from '../cloud.ts'
import { isSick, type RawAnswer } from './answer.ts'
import { Breaker, type BreakerSettings, type BreakerState } from './breaker.ts'
import { Exchange, type Message } from './exchange.ts'
import { type LaneSettings, Lanes } from './lanes.ts'
import { NoAnswer, TimedOut } from './no-answer.ts'
import { pause, Retries, type RetrySettings, waitAskedFor } from './retries.ts'

export interface OriginSettings {
  readonly url: URL
  /** One attempt of a call, from when it is sent to the last byte of its answer. */
  readonly timeoutMs: number
  /** A read with all its attempts, waiting included. */
  readonly deadlineMs: number
  /** An answer larger than this is given up. */
  readonly maxAnswerBytes: number
  readonly lanes: LaneSettings
  readonly retries: RetrySettings
  readonly breaker: BreakerSettings
  /** Certificates (PEM) to trust instead of the public authorities; null: those. */
  readonly ca: string | null
  /** Told when calls begin to be held back, and when they are let through again. */
  readonly onBreaker?: (state: BreakerState) => void
}

export interface Ask {
  /** Whose it is, asked when it has to wait: callers take turns. */
  readonly callerOf: () => string
  readonly message: Message
  readonly info: CallInfo
  /** Only what changes nothing is tried again. */
  readonly isRead: boolean
  /** Its answer may be long, and is taken in parts then. */
  readonly isList: boolean
  /** By `performance.now()`, for reads: when their caller will have waited long enough. */
  readonly deadlineAt?: number | undefined
  /** Fires when the caller has gone: what changes something goes on once it is sent. */
  readonly signal?: AbortSignal | undefined
  readonly watcher?: Watcher | undefined
}

type OnCall = Parameters<Backend['onCall']>[0]

/** One HTTP server of a cloud: connections are pooled and limited here, and what is sick is spared. */
export class Origin {
  readonly #settings: OriginSettings
  readonly #pool: Pool
  readonly #lanes: Lanes
  readonly #retries: Retries
  readonly #breaker: Breaker
  #underWay = 0
  /** Told of each attempt, whoever asked. */
  onCall: OnCall = () => {}

  constructor(settings: OriginSettings) {
    const { url, timeoutMs, maxAnswerBytes, lanes, retries, breaker, ca, onBreaker } = settings
    this.#settings = settings
    this.#pool = new Pool(url.origin, {
      connections: lanes.connections,
      maxResponseSize: maxAnswerBytes,
      // Half the time for connecting, so that a cloud that was never reached is told from one that did not answer.
      connectTimeout: Math.ceil(timeoutMs / 2),
      ...(ca === null ? {} : { connect: { ca, timeout: Math.ceil(timeoutMs / 2) } }),
    })
    this.#lanes = new Lanes(lanes)
    this.#retries = new Retries(retries)
    this.#breaker = new Breaker(breaker, onBreaker)
  }

  /** Whether as many calls wait as may. */
  get isFull(): boolean {
    return this.#lanes.isFull
  }

  /** Whether the next call of this caller would be turned away. */
  isFullFor(caller: string): boolean {
    return this.#lanes.isFullFor(caller)
  }

  get underWay(): number {
    return this.#underWay
  }

  get breakerState(): BreakerState {
    return this.#breaker.state
  }

  /** Ends what is under way: whoever asked for it has been answered, or has been waited for long enough. */
  close(): Promise<void> {
    return this.#pool.destroy()
  }

  /**
   * Whatever was answered, with any status. Rejects with CloudUnavailableError when nothing was, and with the signal's own
   * reason when the caller has gone. What changes something is sent at most once; a read is tried again, within its deadline,
   * when there was no answer, or one that says so.
   */
  async send(ask: Ask): Promise<RawAnswer> {
    if (!ask.isRead) return this.#attempt(ask, () => this.#settings.timeoutMs)
    this.#retries.began()
    const deadlineAt = Math.min(
      ask.deadlineAt ?? Number.POSITIVE_INFINITY,
      performance.now() + this.#settings.deadlineMs,
    )
    const leftMs = () => deadlineAt - performance.now()
    for (let number = 1; ; number++) {
      let pauseMs: number | null
      try {
        const answer = await this.#attempt(ask, leftMs)
        const askedFor = waitAskedFor(answer)
        pauseMs = askedFor === null ? null : this.#retries.pauseAfter(number, askedFor, leftMs())
        if (pauseMs === null) return answer
      } catch (error) {
        pauseMs = error instanceof NoAnswer && error.isPassing ? this.#retries.pauseAfter(number, 0, leftMs()) : null
        if (pauseMs === null) throw error
      }
      await pause(pauseMs, ask.signal)
    }
  }

  /** Asks once, past lanes and breaker: how the cloud is, not whether we spare it. */
  probe(message: Message, timeoutMs: number): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(false, {
        answered: (answer) => {
          clearTimeout(timer)
          resolve(answer)
        },
        failed: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
      const timer = setTimeout(() => exchange.giveUp(new TimedOut()), timeoutMs)
      this.#pool.dispatch(message, exchange)
    })
  }

  /** `leftMs` is until its deadline, waiting for a connection included. */
  #attempt(ask: Ask, leftMs: () => number): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = () => this.#exchange(ask, Math.min(this.#settings.timeoutMs, leftMs()), resolve, reject)
      const room = this.#lanes.enter(ask.callerOf, leftMs(), ask.signal)
      if (room === null) exchange()
      else room.then(exchange).catch(reject)
    })
  }

  /** A lane was entered for it, and is left when it has settled. */
  #exchange(
    { message, info, isRead, isList, signal, watcher }: Ask,
    timeoutMs: number,
    resolve: (answer: RawAnswer) => void,
    reject: (reason: unknown) => void,
  ): void {
    // Its caller may have gone while it waited for the lane.
    const refusal = signal?.aborted ? signal.reason : this.#breaker.refusal()
    if (refusal) {
      this.#lanes.leave()
      reject(refusal)
      return
    }
    const leaving = isRead ? signal : undefined
    const watch = watcher?.call(info)
    const started = performance.now()
    this.#underWay++
    const exchange = new Exchange(isList, {
      answered: (answer) => {
        if (isSick(answer)) this.#breaker.failed()
        else this.#breaker.answered()
        resolve(answer)
        ended(answer.status)
      },
      failed: (error) => {
        if (leaving?.aborted) {
          // Nobody is there to be told that the cloud is at fault.
          this.#breaker.unknown()
          reject(leaving.reason)
        } else {
          this.#breaker.failed()
          reject(new NoAnswer(error, isRead || !exchange.isSent ? 'NOT_APPLIED' : 'UNKNOWN', timeoutMs))
        }
        ended(null)
      },
    })
    const timer = setTimeout(() => exchange.giveUp(new TimedOut()), timeoutMs)
    const onLeave = () => exchange.giveUp(leaving?.reason as Error)
    leaving?.addEventListener('abort', onLeave)
    const ended = (status: number | null) => {
      clearTimeout(timer)
      leaving?.removeEventListener('abort', onLeave)
      this.#underWay--
      this.#lanes.leave()
      const ms = performance.now() - started
      watch?.ended(status, ms)
      this.onCall(info, status, ms)
    }
    this.#pool.dispatch(watch ? withHeaders(message, watch.headers) : message, exchange)
  }
}

/** Not spread into one another: V8 copies the second object's properties by a slower way, once for each call. */
function withHeaders({ method, path, body, headers }: Message, more: Message['headers']): Message {
  return { method, path, body, headers: Object.assign({}, headers, more) }
}
