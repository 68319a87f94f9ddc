/** The load generator, in the bench's own process. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

/** A GraphQL endpoint that is measured. */
export class Endpoint {
  readonly #pool: Pool
  readonly #path: string

  /** More in flight than there are connections wait here, which counts as latency. */
  constructor(url: string, connections = 256) {
    const { origin, pathname } = new URL(url)
    this.#pool = new Pool(origin, { connections })
    this.#path = pathname
  }

  /** The bytes of the answer. Throws for a status other than 200. Without a token, none is sent. */
  async ask(query: string, token: string | null): Promise<Uint8Array> {
    const { statusCode, body } = await this.#pool.request(this.#question(query, token))
    const bytes = await body.bytes()
    if (statusCode !== 200) throw new Error(`Status ${statusCode}: ${Buffer.from(bytes).toString().slice(0, 300)}`)
    return bytes
  }

  /**
   * How many bytes the answer has. The load is made of this: undici's own `request`, with its streams, takes as long as a
   * fast gateway does, and it would be the load generator that is measured.
   */
  count(query: string, token: string): Promise<number> {
    return new Promise((resolve, reject) => {
      let bytes = 0
      this.#pool.dispatch(this.#question(query, token), {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) reject(new Error(`Status ${status}`))
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length
        },
        onResponseEnd: () => resolve(bytes),
        onResponseError: (_controller, error) => reject(error),
      })
    })
  }

  #question(query: string, token: string | null) {
    return {
      method: 'POST',
      path: this.#path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token === null ? {} : { 'x-auth-token': token }),
      },
      body: JSON.stringify({ query }),
    } as const
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

export interface Question {
  readonly query: string
  /** One a connection. */
  readonly tokens: readonly string[]
  /** Of a right answer: an answer of any other length ends the bench. */
  readonly bytes: number
}

async function askOnce(endpoint: Endpoint, { query, bytes }: Question, token: string): Promise<void> {
  const length = await endpoint.count(query, token)
  if (length !== bytes) throw new Error(`An answer of ${length} bytes; a right one has ${bytes}.`)
}

/** Each connection asks again as soon as it has its answer. Nothing is cut off: it ends when the last one is answered. */
export async function closedLoop(
  endpoint: Endpoint,
  question: Question,
  seconds: number,
): Promise<{ requests: number; perSecond: number }> {
  let requests = 0
  const started = performance.now()
  const until = started + seconds * 1000
  await Promise.all(
    question.tokens.map(async (token) => {
      do {
        await askOnce(endpoint, question, token)
        requests++
      } while (performance.now() < until)
    }),
  )
  return { requests, perSecond: (requests * 1000) / (performance.now() - started) }
}

/**
 * Requests come at a fixed rate, whether or not those before have been answered. Gives milliseconds from when each was
 * due, not from when it was sent, so that a stall counts for all who would have come meanwhile.
 */
export async function openLoop(
  endpoint: Endpoint,
  question: Question,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<number[]> {
  const started = performance.now()
  const answers: Promise<number>[] = []
  const ask = async (due: number, token: string) => {
    await askOnce(endpoint, question, token)
    return performance.now() - due
  }
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = started + (i * 1000) / perSecond
    const waitMs = due - performance.now()
    // Rounded up: a timer that fires early would make latencies shorter than they are.
    if (waitMs > 0) await sleep(Math.ceil(waitMs))
    answers.push(ask(due, question.tokens[i % question.tokens.length] ?? ''))
  }
  return Promise.all(answers)
}
