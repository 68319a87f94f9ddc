import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { CallInfo, CallWatch, Watcher } from '../../cloud/cloud.ts'
import type { RequestTrace } from './tracing.ts'

/** A client's own id of a request is taken when it is short and has nothing in it that a log or a header could trip over. */
const SOUND_ID = /^[\w.:/+=-]{1,128}$/

/** Names are the client's: a long one is cut. */
const LONGEST_NAME = 100

export interface CallTold extends CallInfo {
  /** Null: there was no answer. */
  readonly status: number | null
  readonly ms: number
}

/**
 * What is known of one HTTP request, for its line in the log, for metrics, and for the client who asks to have it explained.
 * It holds no token, no variable and nothing of what was answered.
 */
export class RequestRecord implements Watcher {
  readonly id: string
  readonly started = performance.now()
  readonly trace: RequestTrace | null
  /** Whether the calls are to be told to the client. */
  readonly isExplained: boolean
  operationType: 'query' | 'mutation' | 'subscription' | null = null
  /** Codes of the errors that were answered, members of unions among them. */
  readonly codes: string[] = []
  /** Calls to the cloud that were made for this request. */
  restCalls = 0
  /** The same, one by one, where they are to be told. */
  readonly calls: CallTold[] = []
  /** Reads of other requests that were waited for instead of calls. */
  coalescedReads = 0
  /** Lists that were held and only brought up to date. */
  keptLists = 0
  /** An earlier answer was given again, as the cloud shows what it showed then. */
  isAnsweredAgain = false
  #operationName: string | null = null
  /** Of the calls that are only counted. */
  readonly #unwatched: CallWatch

  constructor(headers: IncomingHttpHeaders, trace: RequestTrace | null) {
    const given = headers['x-request-id']
    this.id = typeof given === 'string' && SOUND_ID.test(given) ? given : randomUUID()
    this.isExplained = headers['x-explain'] === '1'
    this.trace = trace
    this.#unwatched = { headers: { 'x-request-id': this.id }, ended: () => {} }
  }

  get operationName(): string | null {
    return this.#operationName
  }

  set operationName(name: string | null) {
    this.#operationName = name === null ? null : name.slice(0, LONGEST_NAME)
  }

  /** Looks on while a call is made for this request, whose id goes with it. */
  call(info: CallInfo): CallWatch {
    this.restCalls++
    const span = this.trace?.call(info)
    if (!span && !this.isExplained) return this.#unwatched
    return {
      headers: { 'x-request-id': this.id, ...span?.headers },
      ended: (status, ms) => {
        if (this.isExplained) this.calls.push({ ...info, status, ms })
        span?.ended(status, ms)
      },
    }
  }

  coalesced(): void {
    this.coalescedReads++
  }

  kept(): void {
    this.keptLists++
  }

  failed(code: string): void {
    this.codes.push(code)
  }

  get ms(): number {
    return performance.now() - this.started
  }

  /** By whom the answer was known, in one word. */
  get cache(): 'answer' | 'lists' | 'none' {
    if (this.isAnsweredAgain) return 'answer'
    return this.keptLists > 0 ? 'lists' : 'none'
  }
}
