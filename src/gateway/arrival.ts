import type { AnswerTypes } from './negotiation/answer-types.ts'
import type { RequestRecord } from './observe/record.ts'

/** What the listener knows of a request beside what is in it. */
export interface Arrival {
  readonly record: RequestRecord
  /** Of the peer: a client, or the proxy in front. */
  readonly address: string
  /** As it came. */
  readonly body: Buffer | null
  /** What it accepts. The request's own Accept header says the same in yoga's way. */
  readonly answerTypes: AnswerTypes
}

/**
 * A request that brings it along. Yoga has contexts for that, but copies them property by property for each request
 * (graphql-yoga 5.24, Node 24: a sixth of `{ __typename }`, a twentieth of one network).
 */
export interface ArrivedRequest extends Request {
  readonly arrival: Arrival
}

/** Absent where there is no listener, as in tests of a part. */
export function arrivalOf(request: Request): Arrival | undefined {
  return (request as Partial<ArrivedRequest>).arrival
}
