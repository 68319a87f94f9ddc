/**
 * One HTTP call to Cyclades: what comes back is either the answer of the expected shape or a `DomainError`.
 *
 * undici's dispatcher, never `fetch`: fetch repeats a request answered 421 (Cyclades' "network in use"), a DELETE too,
 * and follows redirects with the token in hand.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TSchema } from 'typebox'
import type { Caller } from '../cloud.ts'
import type { DomainError } from '../errors.ts'
import { dateOf, type RawAnswer, retryAfterSeconds } from '../http/answer.ts'
import type { Origin } from '../http/origin.ts'
import { faultOf, jsonOf, makesNoSense, parsed, type Shaped } from './answer.ts'
import { type Asked, errorFor } from './faults.ts'

interface Call {
  readonly asked: Asked
  /** Below the base URL, made of constants and checked ids only. */
  readonly path: string
}

/** Changes go on when the caller leaves. */
type Writer = Omit<Caller, 'signal'>

/** What changes something. */
interface Change extends Call {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
}

/** A kind of list: what its answers look like, and the things that one holds. */
export interface ListOf<Schema extends TSchema, Shape, Thing> {
  readonly shape: Shaped<Schema, Shape>
  readonly thingsOf: (answer: Shape) => readonly Thing[]
}

const NOT_MODIFIED = 304

/** What a call is told as to those who look on. */
const routes: Readonly<Record<Asked['operation'], string>> = {
  networks: '/networks/detail',
  servers: '/servers/detail',
  network: '/networks/:id',
  server: '/servers/:id',
  ips: '/servers/:id/ips',
  create: '/networks',
  rename: '/networks/:id',
  delete: '/networks/:id',
  connect: '/networks/:id/action',
  disconnect: '/networks/:id/action',
  firewall: '/servers/:id/action',
}

export class CycladesClient {
  readonly #origin: Origin
  readonly #basePath: string

  /** `url` is the base of the compute API, e.g. `https://cyclades.example.org/compute/v2.0`. */
  constructor(origin: Origin, url: URL) {
    this.#origin = origin
    this.#basePath = url.pathname.replace(/\/+$/, '')
  }

  /** A call whose answer is read. Aborted, with the signal's own reason, when the caller goes. */
  async read<Schema extends TSchema, Shape>(caller: Caller, call: Call, shape: Shaped<Schema, Shape>): Promise<Shape> {
    const { parts } = await this.#ask(caller, call, false)
    return parsed(parts[0], shape, 'NOT_APPLIED')
  }

  /** All things of a list, with the cloud's own time; none when it says that nothing has changed (304). */
  async readList<Schema extends TSchema, Shape, Thing>(
    caller: Caller,
    call: Call,
    { shape, thingsOf }: ListOf<Schema, Shape, Thing>,
  ): Promise<{ things: readonly Thing[]; date: Date | null }> {
    const answer = await this.#ask(caller, call, true)
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
  async write(caller: Writer, change: Change): Promise<void> {
    const [text] = (await this.#change(caller, change)).parts
    // A page with status 200 is somebody else's: a proxy's or a login's.
    if (text.trim() !== '' && jsonOf(text) === undefined) throw makesNoSense('no JSON', 'UNKNOWN')
  }

  /** The same, with an answer that is read; one of the wrong shape leaves the outcome unknown. */
  async writeAndRead<Schema extends TSchema, Shape>(
    caller: Writer,
    change: Change,
    shape: Shaped<Schema, Shape>,
  ): Promise<Shape> {
    const { parts } = await this.#change(caller, change)
    return parsed(parts[0], shape, 'UNKNOWN')
  }

  /** Whether there is any answer below 500 to somebody without a token, at the base of the API. Never rejects. */
  async answers(timeoutMs: number): Promise<boolean> {
    try {
      const message = { method: 'GET', path: this.#basePath || '/', headers: {}, body: null } as const
      return (await this.#origin.probe(message, timeoutMs)).status < 500
    } catch {
      return false
    }
  }

  /** `isList`: its answer may be long, and is taken in parts then. */
  async #ask(
    { token, signal, deadlineAt, watcher }: Caller,
    { asked, path }: Call,
    isList: boolean,
  ): Promise<RawAnswer> {
    const headers = { 'x-auth-token': token, accept: 'application/json' }
    const message = { method: 'GET', path: this.#basePath + path, headers, body: null } as const
    const info = { method: 'GET', route: routes[asked.operation] }
    const answer = await this.#origin.send({ message, info, isRead: true, isList, signal, deadlineAt, watcher })
    if (isGood(answer) || answer.status === NOT_MODIFIED) return answer
    throw errorOf(answer, asked, token)
  }

  async #change({ token, onWritten, watcher }: Writer, { asked, method, path, body }: Change): Promise<RawAnswer> {
    const hasBody = body !== undefined
    const headers = {
      'x-auth-token': token,
      accept: 'application/json',
      ...(hasBody && { 'content-type': 'application/json' }),
    }
    const message = { method, path: this.#basePath + path, headers, body: hasBody ? JSON.stringify(body) : null }
    const info = { method, route: routes[asked.operation] }
    const answer = await this.#origin.send({ message, info, isRead: false, isList: false, watcher }).finally(onWritten)
    if (isGood(answer)) return answer
    throw errorOf(answer, asked, token)
  }
}

function isGood({ status }: RawAnswer): boolean {
  return status >= 200 && status < 300
}

function errorOf(answer: RawAnswer, asked: Asked, token: string): DomainError {
  return errorFor(asked, { fault: faultOf(answer, token), retryAfterSeconds: retryAfterSeconds(answer) })
}
