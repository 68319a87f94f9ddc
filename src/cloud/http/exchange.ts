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

/**
 * One HTTP message and its answer. On undici's lowest level: its own `request`, with a stream and listeners for each answer,
 * takes a third of a small query. undici's dispatcher never repeats a message and follows no redirect; its `fetch` does both.
 */
export class Exchange {
  readonly answer: Promise<RawAnswer>
  readonly #handler: Handler

  /** `isList`: the answer may be long, and is taken in parts then. */
  constructor(dispatcher: Dispatcher, message: Message, isList: boolean) {
    const handler = new Handler(isList)
    this.#handler = handler
    this.answer = new Promise((resolve, reject) => {
      handler.resolve = resolve
      handler.reject = reject
    })
    dispatcher.dispatch(message, handler)
  }

  /** False: nothing of it has been written to a connection yet, and nothing will be once it has failed. */
  get isSent(): boolean {
    return this.#handler.isSent
  }

  /** Gives it up: the answer rejects with that reason, unless it is there. */
  end(reason: Error): void {
    this.#handler.end(reason)
  }
}

/** The long name, which has dispatch's own methods. */
class Handler implements Dispatcher.DispatchHandler {
  resolve: (answer: RawAnswer) => void = () => {}
  reject: (reason: Error) => void = () => {}
  isSent = false
  readonly #isList: boolean
  #controller: Dispatcher.DispatchController | undefined
  #ended: Error | undefined
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #body: LongList | Buffer[] = []
  #bytes = 0

  constructor(isList: boolean) {
    this.#isList = isList
  }

  end(reason: Error): void {
    this.#ended = reason
    this.#controller?.abort(reason)
    this.reject(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#ended) controller.abort(this.#ended)
    else this.isSent = true
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
    this.resolve({ status: this.#status, headers: this.#headers, parts: this.#parts() })
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.reject(error)
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
