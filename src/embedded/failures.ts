/** Failures on demand: what shall go wrong with the next requests of a route. */
import { Fault } from './faults.ts'
import { checkName, isMeant, type NamedCall } from './route-names.ts'

export type FailureKind =
  /** An answer other than the operation's own: a fault, a proxy's page, a redirect, a body of the wrong shape. */
  | { kind: 'answer'; status: number; body: string; headers: Record<string, string> }
  /** None, but see `delayMs`. */
  | { kind: 'none' }
  /** No answer ever: the request hangs until the client gives up or the cloud is closed. */
  | { kind: 'hang' }
  /** The connection is reset instead of an answer. */
  | { kind: 'reset' }
  /** The connection ends in the middle of the operation's own answer. */
  | { kind: 'cut' }
  /** The operation's own answer, so many bytes a second. */
  | { kind: 'drip'; bytesPerSecond: number }
  /** A list that does not end before so many bytes. */
  | { kind: 'flood'; bytes: number }

export type Failure = FailureKind & {
  /** How long to wait before anything is done. */
  delayMs?: number
  /** The operation is carried out first, as when an answer gets lost on its way. Otherwise nothing has happened. */
  carriedOut?: boolean
}

const JSON_HEADERS = { 'Content-Type': 'application/json; charset=UTF-8' }

export function answer(status: number, body = '', headers: Record<string, string> = {}): Failure {
  return { kind: 'answer', status, body, headers }
}

/** As a proxy in front of the cloud would say it. */
export const htmlAnswer = (status = 502, title = 'Bad Gateway'): Failure =>
  answer(status, `<html><body><h1>${status} ${title}</h1></body></html>`, { 'Content-Type': 'text/html' })

/** JSON of whatever shape, with status 200. */
export const jsonAnswer = (json: unknown, status = 200): Failure => answer(status, JSON.stringify(json), JSON_HEADERS)

export const invalidJson = (status = 200): Failure => answer(status, '{"networks": [', JSON_HEADERS)

export const redirect = (location: string, status = 302): Failure => answer(status, '', { Location: location })

export const faultAnswer = (fault: Fault): Failure =>
  answer(fault.status, JSON.stringify(fault.envelope()), { ...JSON_HEADERS, ...fault.headers })

export const hang = (): Failure => ({ kind: 'hang' })
export const reset = (): Failure => ({ kind: 'reset' })
export const resetAfterwards = (): Failure => afterwards(reset())
export const cut = (): Failure => afterwards({ kind: 'cut' })
export const drip = (bytesPerSecond = 1): Failure => afterwards({ kind: 'drip', bytesPerSecond })
export const flood = (bytes: number): Failure => ({ kind: 'flood', bytes })

/** The operation is carried out, and only then things go wrong. */
export const afterwards = (failure: Failure | Fault): Failure => ({ ...toFailure(failure), carriedOut: true })

/** Alone: a slow but ordinary answer. */
export const delayed = (delayMs: number, failure: Failure | Fault = { kind: 'none' }): Failure => ({
  ...toFailure(failure),
  delayMs,
})

const toFailure = (failure: Failure | Fault): Failure => (failure instanceof Fault ? faultAnswer(failure) : failure)

export interface PlannedFailure {
  route: string
  /** How often still. */
  times: number
  failure: Failure
}

export class Failures {
  #planned: PlannedFailure[] = []

  /** For reading: the failures that have not happened yet, in the order in which they will. */
  get planned(): readonly PlannedFailure[] {
    return this.#planned
  }

  /** `route` is as `route-names.ts` says; throws a RangeError at others. */
  plan(route: string, failure: Failure | Fault, times = 1): void {
    checkName(route)
    this.#planned.push({ route, times, failure: toFailure(failure) })
  }

  clear(): void {
    this.#planned = []
  }

  /** The failure of this call, which is then counted as having happened. */
  take(call: NamedCall): Failure | null {
    const planned = this.#planned.find(({ route }) => isMeant(route, call))
    if (!planned) return null
    planned.times--
    if (planned.times <= 0) this.#planned.splice(this.#planned.indexOf(planned), 1)
    return planned.failure
  }
}
