/**
 * One HTTP call to Cyclades: what comes back is either the answer of the expected shape or a `DomainError`.
 *
 * undici's dispatcher, never `fetch`: fetch repeats a request answered 421 (Cyclades' "network in use"), a DELETE too,
 * and follows redirects with the token in hand.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TSchema } from 'typebox'
import { Pool } from 'undici'
import { CloudUnavailableError, type MutationOutcome } from '../errors.ts'
import {
  dateOf,
  faultOf,
  jsonOf,
  makesNoSense,
  parsed,
  type RawAnswer,
  retryAfterSeconds,
  type Shaped,
} from './answer.ts'
import { Exchange } from './exchange.ts'
import { type Asked, errorFor } from './faults.ts'

export interface ClientSettings {
  /** Base of the compute API, e.g. `https://cyclades.example.org/compute/v2.0`. */
  readonly url: URL
  /** One attempt, reading the body included. */
  readonly timeoutMs: number
  /** An answer larger than this is given up. */
  readonly maxAnswerBytes: number
}

interface Call {
  readonly asked: Asked
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the base URL, made of constants and checked ids only. */
  readonly path: string
  readonly body?: unknown
  /** Its answer may be long, and is taken in parts then. */
  readonly isList?: boolean
  readonly token: string
  readonly signal?: AbortSignal | undefined
  readonly onWritten?: (() => void) | undefined
}

type ReadCall = Omit<Call, 'method' | 'body' | 'isList'>

/** A kind of list: what its answers look like, and the things that one holds. */
export interface ListOf<Schema extends TSchema, Shape, Thing> {
  readonly shape: Shaped<Schema, Shape>
  readonly thingsOf: (answer: Shape) => readonly Thing[]
}

const NOT_MODIFIED = 304

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

export class CycladesClient {
  readonly #pool: Pool
  readonly #basePath: string
  readonly #timeoutMs: number

  constructor({ url, timeoutMs, maxAnswerBytes }: ClientSettings) {
    // Half the time for connecting, so that a cloud that was never reached is told from one that did not answer.
    this.#pool = new Pool(url.origin, { maxResponseSize: maxAnswerBytes, connectTimeout: Math.ceil(timeoutMs / 2) })
    this.#basePath = url.pathname.replace(/\/+$/, '')
    this.#timeoutMs = timeoutMs
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  /** A call whose answer is read. Aborted, with the signal's own reason, when the caller goes. */
  async read<Schema extends TSchema, Shape>(call: ReadCall, shape: Shaped<Schema, Shape>): Promise<Shape> {
    const { parts } = await this.#send({ ...call, method: 'GET' })
    return parsed(parts[0], shape, 'NOT_APPLIED')
  }

  /** All things of a list, with the cloud's own time; none when it says that nothing has changed (304). */
  async readList<Schema extends TSchema, Shape, Thing>(
    call: ReadCall,
    { shape, thingsOf }: ListOf<Schema, Shape, Thing>,
  ): Promise<{ things: readonly Thing[]; date: Date | null }> {
    const answer = await this.#send({ ...call, method: 'GET', isList: true })
    const date = dateOf(answer)
    if (answer.status === NOT_MODIFIED) return { things: [], date }
    const [only, ...more] = answer.parts
    if (more.length === 0) return { things: thingsOf(parsed(only, shape, 'NOT_APPLIED')), date }
    const things: Thing[] = []
    for (const text of answer.parts) {
      await nextTurn()
      for (const thing of thingsOf(parsed(text, shape, 'NOT_APPLIED', things.length))) things.push(thing)
    }
    return { things, date }
  }

  /** A call that changes something and answers nothing of use. Sent once, whether or not the caller is still there. */
  async write(call: Omit<Call, 'signal'>): Promise<void> {
    const [text] = (await this.#send(call)).parts
    // A page with status 200 is somebody else's: a proxy's or a login's.
    if (text.trim() !== '' && jsonOf(text) === undefined) throw makesNoSense('no JSON', 'UNKNOWN')
  }

  /** The same, with an answer that is read; one of the wrong shape leaves the outcome unknown. */
  async writeAndRead<Schema extends TSchema, Shape>(
    call: Omit<Call, 'signal'>,
    shape: Shaped<Schema, Shape>,
  ): Promise<Shape> {
    const { parts } = await this.#send(call)
    return parsed(parts[0], shape, 'UNKNOWN')
  }

  async #send(call: Call): Promise<RawAnswer> {
    const answer = await (call.method === 'GET' ? this.#attempt(call) : this.#attempt(call).finally(call.onWritten))
    const { status } = answer
    if ((status >= 200 && status < 300) || (status === NOT_MODIFIED && call.method === 'GET')) return answer
    throw errorFor(call.asked, { fault: faultOf(answer, call.token), retryAfterSeconds: retryAfterSeconds(answer) })
  }

  async #attempt({ method, path, body, token, signal, isList = false }: Call): Promise<RawAnswer> {
    if (signal?.aborted) throw signal.reason
    const message = {
      method,
      path: this.#basePath + path,
      headers: {
        'x-auth-token': token,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    }
    const exchange = new Exchange(this.#pool, message, isList)
    const timer = setTimeout(() => exchange.end(new TimedOut()), this.#timeoutMs)
    const onLeave = () => exchange.end(signal?.reason)
    signal?.addEventListener('abort', onLeave)
    try {
      return await exchange.answer
    } catch (error) {
      // The caller has gone: nobody is there to be told that the cloud is at fault.
      if (signal?.aborted) throw signal.reason
      const outcome = method === 'GET' || !exchange.isSent ? 'NOT_APPLIED' : 'UNKNOWN'
      throw unreachable(error, outcome, this.#timeoutMs)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onLeave)
    }
  }
}

class TimedOut extends Error {}

function unreachable(error: unknown, outcome: MutationOutcome, timeoutMs: number): CloudUnavailableError {
  const code = errorCode(error)
  const what =
    code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
      ? 'The cloud sent an answer larger than the gateway takes.'
      : error instanceof TimedOut
        ? `The cloud did not answer within ${timeoutMs / 1000} s.`
        : neverReached.has(code)
          ? `The cloud cannot be reached (${code}).`
          : `The connection to the cloud broke off (${code}).`
  return new CloudUnavailableError(what, outcome, { cause: error })
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.name : errorCode(error.cause)
}
