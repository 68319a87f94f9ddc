/**
 * One HTTP call to Cyclades: what comes back is either the answer of the expected shape or a `DomainError`.
 *
 * undici's dispatcher, never `fetch`: fetch repeats a request answered 421 (Cyclades' "network in use"), a DELETE too,
 * and follows redirects with the token in hand.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { TSchema } from 'typebox'
import type { Caller, CallInfo } from '../cloud.ts'
import { dateOf, type RawAnswer, retryAfterSeconds } from '../http/answer.ts'
import type { Message } from '../http/exchange.ts'
import type { Origin } from '../http/origin.ts'
import { faultOf, jsonOf, makesNoSense, parsed, type Shaped } from './answer.ts'
import { type Asked, errorFor } from './faults.ts'

interface Call {
  readonly asked: Asked
  /** Below the base URL, made of constants and checked ids only. */
  readonly path: string
}

/** What changes something. */
interface Change extends Call {
  readonly body?: unknown
}

/** A kind of list: what its answers look like, and the things that one holds. */
export interface ListOf<Schema extends TSchema, Shape, Thing> {
  readonly shape: Shaped<Schema, Shape>
  readonly thingsOf: (answer: Shape) => readonly Thing[]
}

const NOT_MODIFIED = 304
const UNAUTHORIZED = 401
/** Faults that Cyclades answers only to a token that it knows (Cyclades REST 1.3). */
const AFTER_TOKEN_CHECK = new Set(['itemNotFound', 'forbidden', 'networkInUse', 'buildInProgress'])

/** How each operation is asked for, and what its calls are told as to those who look on. */
const calls: Readonly<Record<Asked['operation'], CallInfo & Pick<Message, 'method'>>> = {
  networks: { method: 'GET', route: '/networks/detail' },
  servers: { method: 'GET', route: '/servers/detail' },
  network: { method: 'GET', route: '/networks/:id' },
  server: { method: 'GET', route: '/servers/:id' },
  ips: { method: 'GET', route: '/servers/:id/ips' },
  create: { method: 'POST', route: '/networks' },
  rename: { method: 'PUT', route: '/networks/:id' },
  delete: { method: 'DELETE', route: '/networks/:id' },
  connect: { method: 'POST', route: '/networks/:id/action' },
  disconnect: { method: 'POST', route: '/networks/:id/action' },
  firewall: { method: 'POST', route: '/servers/:id/action' },
}

export class CycladesClient {
  readonly #origin: Origin
  readonly #basePath: string
  /** Told of answers that show whether a token is somebody's; that it is, once a caller. */
  onToken: (token: string, isAccepted: boolean) => void = () => {}
  readonly #accepted = new WeakSet<Caller>()

  /** `url` is the base of the compute API, e.g. `https://cyclades.example.org/compute/v2.0`. */
  constructor(origin: Origin, url: URL) {
    this.#origin = origin
    this.#basePath = url.pathname.replace(/\/+$/, '')
  }

  /** A call whose answer is read. Aborted, with the signal's own reason, when the caller goes. */
  async read<Schema extends TSchema, Shape>(caller: Caller, call: Call, shape: Shaped<Schema, Shape>): Promise<Shape> {
    const answer = await this.#ask(caller, call, false)
    this.#mustBeGood(answer, call, caller)
    return parsed(answer.parts[0], shape, 'NOT_APPLIED')
  }

  /** All things of a list, with the cloud's own time; none when it says that nothing has changed (304). */
  async readList<Schema extends TSchema, Shape, Thing>(
    caller: Caller,
    call: Call,
    { shape, thingsOf }: ListOf<Schema, Shape, Thing>,
  ): Promise<{ things: readonly Thing[]; date: Date | null }> {
    const answer = await this.#ask(caller, call, true)
    const date = dateOf(answer)
    if (answer.status === NOT_MODIFIED) {
      this.#isAccepted(caller)
      return { things: [], date }
    }
    this.#mustBeGood(answer, call, caller)
    const [only, ...more] = answer.parts
    if (more.length === 0) return { things: thingsOf(parsed(only, shape, 'NOT_APPLIED')), date }
    const things: Thing[] = []
    for (const text of answer.parts) {
      await nextTurn()
      for (const thing of thingsOf(parsed(text, shape, 'NOT_APPLIED', things.length))) things.push(thing)
    }
    return { things, date }
  }

  /** A call that changes something and answers nothing of use. Sent once, unless the caller has gone before; then it goes on. */
  async write(caller: Caller, change: Change): Promise<void> {
    const [text] = (await this.#change(caller, change)).parts
    // Cyclades answers a change with nothing; what has words is somebody else's, such as a proxy's page or a login's refusal.
    if (text.trim() !== '' && !isDeepStrictEqual(jsonOf(text), {})) throw makesNoSense('it should be empty', 'UNKNOWN')
  }

  /** The same, with an answer that is read; one of the wrong shape leaves the outcome unknown. */
  async writeAndRead<Schema extends TSchema, Shape>(
    caller: Caller,
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
  #ask(caller: Caller, call: Call, isList: boolean): Promise<RawAnswer> {
    const { token, signal, deadlineAt, watcher } = caller
    const callerOf = () => queuedAs(caller)
    const { message, info } = this.#toSend(call, token, null)
    return this.#origin.send({ callerOf, message, info, isRead: true, isList, signal, deadlineAt, watcher })
  }

  async #change(writer: Caller, { body, ...call }: Change): Promise<RawAnswer> {
    const { token, signal, inTurn, watcher } = writer
    const { message, info } = this.#toSend(call, token, body === undefined ? null : JSON.stringify(body))
    const callerOf = () => queuedAs(writer)
    const send = async () => {
      signal?.throwIfAborted()
      return this.#origin.send({ callerOf, message, info, isRead: false, isList: false, signal, watcher })
    }
    const answer = await (inTurn ? inTurn(send) : send())
    this.#mustBeGood(answer, call, writer)
    return answer
  }

  /** Throws what a fault means. Tells of the token what any answer shows. */
  #mustBeGood(answer: RawAnswer, { asked }: Call, caller: Caller): void {
    const { status } = answer
    if (status >= 200 && status < 300) {
      this.#isAccepted(caller)
      return
    }
    const fault = faultOf(answer, caller.token)
    if (status === UNAUTHORIZED) this.onToken(caller.token, false)
    else if (fault.name !== null && AFTER_TOKEN_CHECK.has(fault.name)) this.#isAccepted(caller)
    throw errorFor(asked, { fault, retryAfterSeconds: retryAfterSeconds(answer) })
  }

  #isAccepted(caller: Caller): void {
    if (this.#accepted.has(caller)) return
    this.#accepted.add(caller)
    this.onToken(caller.token, true)
  }

  #toSend({ asked, path }: Call, token: string, body: string | null): { message: Message; info: CallInfo } {
    const info = calls[asked.operation]
    const headers: Record<string, string> = { 'x-auth-token': token, accept: 'application/json' }
    if (body !== null) headers['content-type'] = 'application/json'
    return { message: { method: info.method, path: this.#basePath + path, headers, body }, info }
  }
}

const queuedAs = ({ token, queuedAs }: Pick<Caller, 'token' | 'queuedAs'>) => queuedAs?.() ?? token
