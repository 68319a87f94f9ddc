/** The load generator, in the bench's own process. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LoadSocket } from './socket.ts'

/** More requests in flight than there are connections wait, which counts as latency. */
const MOST_CONNECTIONS = 256

export interface Question {
  readonly query: string
  /** One a connection. */
  readonly tokens: readonly string[]
  /** Of a right answer: an answer of any other length ends the bench. */
  readonly bytes: number
}

/** What asks one endpoint as often as it bears, or as often as it is told. */
export class LoadGenerator implements Disposable {
  readonly #url: string
  readonly #idle: LoadSocket[] = []
  readonly #all = new Set<LoadSocket>()
  readonly #waiting: ((socket: LoadSocket) => void)[] = []

  constructor(url: string) {
    this.#url = url
  }

  /** Each connection asks again as soon as it has its answer. Nothing is cut off: it ends when the last one is answered. */
  async closedLoop(question: Question, seconds: number): Promise<{ requests: number; perSecond: number }> {
    let requests = 0
    const started = performance.now()
    const until = started + seconds * 1000
    await Promise.all(
      this.#requests(question).map(async (request) => {
        do {
          await this.#ask(request, question)
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
  async openLoop(
    question: Question,
    { perSecond, seconds }: { perSecond: number; seconds: number },
  ): Promise<number[]> {
    const requests = this.#requests(question)
    const started = performance.now()
    const latencies: Promise<number>[] = []
    const ask = async (due: number, at: number) => {
      await this.#ask(requests[at % requests.length] as Buffer, question) // there is a token at least
      return performance.now() - due
    }
    for (let i = 0; i < perSecond * seconds; i++) {
      const due = started + (i * 1000) / perSecond
      const waitMs = due - performance.now()
      // Rounded up: a timer that fires early would make latencies shorter than they are.
      if (waitMs > 0) await sleep(Math.ceil(waitMs))
      latencies.push(ask(due, i))
    }
    return Promise.all(latencies)
  }

  async #ask(request: Buffer, { bytes }: Question): Promise<void> {
    const socket = await this.#socket()
    const length = await socket.ask(request)
    const next = this.#waiting.shift()
    if (next) next(socket)
    else this.#idle.push(socket)
    if (length !== bytes) throw new Error(`An answer of ${length} bytes; a right one has ${bytes}.`)
  }

  #requests({ query, tokens }: Question): Buffer[] {
    return tokens.map((token) => requestOf(this.#url, query, token))
  }

  #socket(): LoadSocket | Promise<LoadSocket> {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.isOpen) return idle
      this.#all.delete(idle)
    }
    if (this.#all.size === MOST_CONNECTIONS) return new Promise((resolve) => this.#waiting.push(resolve))
    const socket = new LoadSocket(this.#url)
    this.#all.add(socket)
    return socket
  }

  [Symbol.dispose](): void {
    for (const socket of this.#all) socket.close()
  }
}

function requestOf(url: string, query: string, token: string): Buffer {
  const { host, pathname } = new URL(url)
  const body = JSON.stringify({ query })
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    'accept: application/json',
    `x-auth-token: ${token}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}
