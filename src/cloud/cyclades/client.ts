/**
 * One HTTP call to Cyclades: what comes back is either the answer of the expected shape or a `DomainError`.
 *
 * undici's dispatcher, never `fetch`: fetch repeats a request answered 421 (Cyclades' "network in use"), a DELETE too,
 * and follows redirects with the token in hand.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TSchema } from 'typebox'
import type { Caller } from '../cloud.ts'
import { dateOf, type RawAnswer, retryAfterSeconds } from '../http/answer.ts'
import type { Origin } from '../http/origin.ts'
import { faultOf, jsonOf, makesNoSense, parsed, type Shaped } from './answer.ts'
import { type Asked, errorFor } from './faults.ts'

interface Call extends Caller {
  readonly asked: Asked
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the base URL, made of constants and checked ids only. */
  readonly path: string
  readonly body?: unknown
  /** Its answer may be long, and is taken in parts then. */
  readonly isList?: boolean
}

type ReadCall = Omit<Call, 'method' | 'body' | 'isList'>

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

  /** Whether there is any answer below 500 to somebody without a token, at the base of the API. Never rejects. */
  async answers(timeoutMs: number): Promise<boolean> {
    try {
      const message = { method: 'GET', path: this.#basePath || '/', headers: {}, body: null } as const
      return (await this.#origin.probe(message, timeoutMs)).status < 500
    } catch {
      return false
    }
  }

  async #send(call: Call): Promise<RawAnswer> {
    const { asked, method, path, body, token, isList = false, onWritten, signal, deadlineAt, watcher } = call
    const isRead = method === 'GET'
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
    const info = { method, route: routes[asked.operation] }
    const sent = this.#origin.send({ message, info, isRead, isList, signal, deadlineAt, watcher })
    const answer = await (isRead ? sent : sent.finally(onWritten))
    const { status } = answer
    if ((status >= 200 && status < 300) || (status === NOT_MODIFIED && isRead)) return answer
    throw errorFor(asked, { fault: faultOf(answer, token), retryAfterSeconds: retryAfterSeconds(answer) })
  }
}
