/** The cloud's own URLs, outside of the API and not logged: failures by hand, and the log of requests. */
import type { ServerResponse } from 'node:http'
import Type from 'typebox'
import { Value } from 'typebox/value'
import { afterwards, answer, cut, delayed, drip, type Failure, type Failures, flood, hang, reset } from './failures.ts'
import { Fault } from './faults.ts'
import type { RequestLog } from './request-log.ts'

const PREFIX = '/_embedded/'

export const isControl = (path: string): boolean => path.startsWith(PREFIX)

/** Every key but `route` may be left out; `answer`, `fault`, `hang`, `reset`, `cut`, `drip` and `flood` exclude each other. */
const FailureRequest = Type.Object(
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
type FailureRequest = Type.Static<typeof FailureRequest>

interface Controlled {
  readonly failures: Failures
  readonly log: RequestLog
}

export function handleControl(
  { failures, log }: Controlled,
  method: string,
  path: string,
  bytes: Uint8Array,
  response: ServerResponse,
): void {
  const say = (status: number, json?: unknown) => {
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(json === undefined ? '' : `${JSON.stringify(json, null, 2)}\n`)
  }
  const operations: Readonly<Record<string, () => void>> = {
    'GET failures': () => say(200, failures.planned),
    'POST failures': () => {
      const mistake = planByHand(failures, bytes)
      if (mistake === null) say(201, failures.planned)
      else say(400, { error: mistake })
    },
    'DELETE failures': () => {
      failures.clear()
      say(204)
    },
    'GET requests': () => say(200, log.entries),
    'DELETE requests': () => {
      log.clear()
      say(204)
    },
  }
  const operation = operations[`${method} ${path.slice(PREFIX.length)}`]
  if (operation) operation()
  else say(404, { error: `There are ${Object.keys(operations).join(', ')} below ${PREFIX}.` })
}

/** What is wrong with it, or null. */
function planByHand(failures: Failures, bytes: Uint8Array): string | null {
  let wanted: unknown
  try {
    wanted = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return 'The body is no JSON.'
  }
  if (!Value.Check(FailureRequest, wanted)) {
    const [first] = Value.Errors(FailureRequest, wanted)
    return `The body is no failure: ${first?.instancePath || 'it'} ${first?.message}.`
  }
  const failure = toFailure(wanted)
  if (!failure) return 'Say one of fault, answer, hang, reset, cut, drip, flood, or delayMs.'
  try {
    failures.plan(wanted.route, failure, wanted.times)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function toFailure(wanted: FailureRequest): Failure | Fault | null {
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
