import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Parts, RawAnswer } from './answer.ts'
import { LongList } from './long-list.ts'

/** A longer list is taken in parts. To cut one costs a sixth of a query; not to, the time of one JSON.parse. */
const LONG_BYTES = 4 * 2 ** 20

export interface Message {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** What becomes of an exchange: one of the two, once. */
export interface Ending {
  answered(answer: RawAnswer): void
  failed(error: Error): void
}

/**
 * One HTTP message and its answer. On undici's lowest level: its own `request`, with a stream and listeners for each answer,
 * takes a third of a small query. undici's dispatcher never repeats a message and follows no redirect; its `fetch` does both.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #ending: Ending
  readonly #isList: boolean
  #controller: Dispatcher.DispatchController | undefined
  #isSent = false
  #isOver = false
  /** Why it was given up. */
  #reason: Error | undefined
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #body: LongList | Buffer[] = []
  #bytes = 0

  /** To be dispatched once. `isList`: the answer may be long, and is taken in parts then. */
  constructor(isList: boolean, ending: Ending) {
    this.#isList = isList
    this.#ending = ending
  }

  /** False: nothing of it has been written to a connection yet, and nothing will be once it has failed. */
  get isSent(): boolean {
    return this.#isSent
  }

  /** Gives it up: it fails with that reason, unless it has ended. */
  giveUp(reason: Error): void {
    this.#reason = reason
    this.#controller?.abort(reason)
    this.#fail(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#reason) controller.abort(this.#reason)
    else this.#isSent = true
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    this.#body.push(bytes)
    if (!this.#isList || this.#body instanceof LongList) return
    this.#bytes += bytes.byteLength
    if (this.#bytes > LONG_BYTES) this.#body = longListOf(this.#body)
  }

  onResponseEnd(): void {
    const answer = { status: this.#status, headers: this.#headers, parts: this.#parts() }
    if (this.#isOver) return
    this.#isOver = true
    this.#ending.answered(answer)
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error)
  }

  #fail(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#ending.failed(error)
  }

  #parts(): Parts {
    const body = this.#body
    if (body instanceof LongList) return body.end()
    const [only] = body
    return [body.length === 1 && only ? only.toString() : Buffer.concat(body).toString()]
  }
}

function longListOf(chunks: readonly Buffer[]): LongList {
  const list = new LongList()
  for (const chunk of chunks) list.push(chunk)
  return list
}
