/** Failures as they are asked for by hand: JSON instead of the makers of `failures.ts`. */
import Type from 'typebox'
import { afterwards, answer, cut, delayed, drip, type Failure, flood, hang, reset } from './failures.ts'
import { Fault } from './faults.ts'

/** Every key but `route` may be left out; `answer`, `fault`, `hang`, `reset`, `cut`, `drip` and `flood` exclude each other. */
export const FailureRequest = Type.Object(
  {
    route: Type.String(),
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    delayMs: Type.Optional(Type.Number({ minimum: 0 })),
    carriedOut: Type.Optional(Type.Boolean()),
    fault: Type.Optional(
      Type.Object(
        {
          status: Type.Integer({ minimum: 200, maximum: 599 }),
          name: Type.String(),
          message: Type.Optional(Type.String()),
          details: Type.Optional(Type.String()),
          headers: Type.Optional(Type.Record(Type.String(), Type.String())),
        },
        { additionalProperties: false },
      ),
    ),
    answer: Type.Optional(
      Type.Object(
        {
          status: Type.Integer({ minimum: 200, maximum: 599 }),
          body: Type.Optional(Type.String()),
          headers: Type.Optional(Type.Record(Type.String(), Type.String())),
        },
        { additionalProperties: false },
      ),
    ),
    hang: Type.Optional(Type.Literal(true)),
    reset: Type.Optional(Type.Literal(true)),
    cut: Type.Optional(Type.Literal(true)),
    /** Bytes a second. */
    drip: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** Bytes. */
    flood: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
)
export type FailureRequest = Type.Static<typeof FailureRequest>

/** Null when it says nothing, or too much. */
export function toFailure(wanted: FailureRequest): Failure | Fault | null {
  const { fault, hang: hangs, reset: resets, cut: cuts, drip: bytesPerSecond, flood: bytes } = wanted
  const kinds = [fault, wanted.answer, hangs, resets, cuts, bytesPerSecond, bytes].filter((kind) => kind)
  if (kinds.length > 1 || (kinds.length === 0 && wanted.delayMs === undefined)) return null
  let failure: Failure | Fault = { kind: 'none' }
  if (wanted.fault) {
    const { status, name, message = '', details, headers } = wanted.fault
    failure = new Fault(status, name, message, details, headers)
  } else if (wanted.answer) failure = answer(wanted.answer.status, wanted.answer.body, wanted.answer.headers)
  else if (wanted.hang) failure = hang()
  else if (wanted.reset) failure = reset()
  else if (wanted.cut) failure = cut()
  else if (wanted.drip) failure = drip(wanted.drip)
  else if (wanted.flood) failure = flood(wanted.flood)
  if (wanted.carriedOut) failure = afterwards(failure)
  return wanted.delayMs === undefined ? failure : delayed(wanted.delayMs, failure)
}
