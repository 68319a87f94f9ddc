import { Pool } from 'undici'
import type { Backend, CallInfo, Watcher } from '../cloud.ts'
import { CloudUnavailableError, type MutationOutcome } from '../errors.ts'
import type { RawAnswer } from './answer.ts'
import { Breaker, type BreakerSettings, type BreakerState } from './breaker.ts'
import { Exchange, type Message } from './exchange.ts'
import { type LaneSettings, Lanes } from './lanes.ts'
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
  readonly message: Message
  readonly info: CallInfo
  /** Only what changes nothing is tried again. */
  readonly isRead: boolean
  /** Its answer may be long, and is taken in parts then. */
  readonly isList: boolean
  /** By `performance.now()`, for reads: when their caller will have waited long enough. */
  readonly deadlineAt?: number | undefined
  /** Fires when the caller has gone. */
  readonly signal?: AbortSignal | undefined
  readonly watcher?: Watcher | undefined
}

type OnCall = Parameters<Backend['onCall']>[0]

/** Failures to connect. */
const neverReached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

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

  /** Whether the next call would be turned away, because so many wait already. */
  get isFull(): boolean {
    return this.#lanes.isFull
  }

  get underWay(): number {
    return this.#underWay
  }

  get breakerState(): BreakerState {
    return this.#breaker.state
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  /**
   * Whatever was answered, with any status. Rejects with CloudUnavailableError when nothing was, and with the signal's own
   * reason when the caller has gone. What changes something is sent at most once; a read is tried again, within its deadline,
   * when there was no answer, or one that says so.
   */
  async send(ask: Ask): Promise<RawAnswer> {
    if (!ask.isRead) return this.#attempt(ask, this.#settings.timeoutMs)
    this.#retries.began()
    const deadlineAt = Math.min(
      ask.deadlineAt ?? Number.POSITIVE_INFINITY,
      performance.now() + this.#settings.deadlineMs,
    )
    const leftMs = () => deadlineAt - performance.now()
    for (let number = 1; ; number++) {
      let pauseMs: number | null
      try {
        const answer = await this.#attempt(ask, leftMs())
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
  async probe(message: Message, timeoutMs: number): Promise<RawAnswer> {
    const exchange = new Exchange(this.#pool, message, false)
    const timer = setTimeout(() => exchange.end(new TimedOut()), timeoutMs)
    return exchange.answer.finally(() => clearTimeout(timer))
  }

  async #attempt({ message, info, isRead, isList, signal, watcher }: Ask, leftMs: number): Promise<RawAnswer> {
    if (signal?.aborted) throw signal.reason
    this.#breaker.check()
    const room = this.#lanes.enter(leftMs, signal)
    if (room) await room.catch((error) => this.#turnedAway(error))
    const timeoutMs = Math.min(this.#settings.timeoutMs, leftMs)
    const watch = watcher?.call(info)
    const started = performance.now()
    let status: number | null = null
    const exchange = new Exchange(this.#pool, watch ? withHeaders(message, watch.headers) : message, isList)
    this.#underWay++
    const timer = setTimeout(() => exchange.end(new TimedOut()), timeoutMs)
    const onLeave = () => exchange.end(signal?.reason)
    signal?.addEventListener('abort', onLeave)
    try {
      const answer = await exchange.answer
      status = answer.status
      if (isSick(answer)) this.#breaker.failed()
      else this.#breaker.answered()
      return answer
    } catch (error) {
      if (signal?.aborted) {
        // Nobody is there to be told that the cloud is at fault.
        this.#breaker.unknown()
        throw signal.reason
      }
      this.#breaker.failed()
      throw new NoAnswer(error, isRead || !exchange.isSent ? 'NOT_APPLIED' : 'UNKNOWN', timeoutMs)
    } finally {
      this.#underWay--
      clearTimeout(timer)
      signal?.removeEventListener('abort', onLeave)
      this.#lanes.leave()
      const ms = performance.now() - started
      watch?.ended(status, ms)
      this.onCall(info, status, ms)
    }
  }

  /** It was let through by the breaker, and did not get to the cloud all the same. */
  #turnedAway(error: unknown): never {
    this.#breaker.unknown()
    throw error
  }
}

function withHeaders(message: Message, headers: Message['headers']): Message {
  return { ...message, headers: { ...message.headers, ...headers } }
}

class TimedOut extends Error {}

/** The cloud cannot be reached, or breaks off, or says nothing that is an answer. */
class NoAnswer extends CloudUnavailableError {
  /** False: the next attempt would end likewise. */
  readonly isPassing: boolean

  constructor(error: unknown, outcome: MutationOutcome, timeoutMs: number) {
    const code = errorCode(error)
    const isTooLarge = code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
    super(
      isTooLarge
        ? 'The cloud sent an answer larger than the gateway takes.'
        : error instanceof TimedOut
          ? `The cloud did not answer within ${Math.round(timeoutMs / 100) / 10} s.`
          : neverReached.has(code)
            ? `The cloud cannot be reached (${code}).`
            : `The connection to the cloud broke off (${code}).`,
      outcome,
      { cause: error },
    )
    this.name = CloudUnavailableError.name
    this.isPassing = !isTooLarge
  }
}

/** A proxy's word for a cloud that does not answer. A 503 in the cloud's own words is an answer. */
function isSick({ status, parts: [text] }: RawAnswer): boolean {
  return status === 502 || status === 504 || (status === 503 && !text.startsWith('{'))
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.name : errorCode(error.cause)
}
