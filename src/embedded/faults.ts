/**
 * Faults as values to throw: `throw itemNotFound('Network not found.')`. Names, codes and the envelope are those of
 * Cyclades REST 2.1; the message is exact, final dots and capitals included, because clients tell faults apart by it.
 */
export class Fault extends Error {
  override readonly name: string
  readonly status: number
  readonly details: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, name: string, message: string, details = '', headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.name = name
    this.details = details
    this.headers = headers
  }

  /** The body of the answer: one key, the fault's name. */
  envelope(): Record<string, { code: number; message: string; details: string }> {
    return { [this.name]: { code: this.status, message: this.message, details: this.details } }
  }
}

type Maker = (message?: string, details?: string, headers?: Record<string, string>) => Fault

const maker =
  (status: number, name: string): Maker =>
  (message = '', details = '', headers = {}) =>
    new Fault(status, name, message, details, headers)

export const badRequest = maker(400, 'badRequest')
export const unauthorized = maker(401, 'unauthorized')
export const forbidden = maker(403, 'forbidden')
export const itemNotFound = maker(404, 'itemNotFound')
export const buildInProgress = maker(409, 'buildInProgress')
export const overLimit = maker(413, 'overLimit')
export const badMediaType = maker(415, 'badMediaType')
/** 421, a status of Cyclades' own: elsewhere it means another thing. */
export const networkInUse = maker(421, 'networkInUse')
export const internalServerError = maker(500, 'internalServerError')
export const notImplemented = maker(501, 'notImplemented')
export const serviceUnavailable = maker(503, 'serviceUnavailable')

/** What every exception nobody caught becomes (Cyclades REST 2.2), wrong body shapes included (2.4). */
export const unexpectedError = (): Fault => internalServerError('Unexpected error')

/** Any refusal of the identity service comes under the name `fault`, with its raw answer, JSON in a string. */
export const rejectedToken = (): Fault =>
  new Fault(
    401,
    'fault',
    'UNAUTHORIZED',
    JSON.stringify({ unauthorized: { message: 'Invalid X-Auth-Token', code: 401, details: '' } }),
  )
