/** The cloud's own URLs, outside of the API and not logged: failures and holds by hand, and the log of requests. */
import type { ServerResponse } from 'node:http'
import Type from 'typebox'
import { Value } from 'typebox/value'
import type { Calls } from './calls.ts'
import { FailureRequest, toFailure } from './failure-request.ts'
import type { Failures } from './failures.ts'
import type { RequestLog } from './request-log.ts'

const PREFIX = '/_embedded/'

export const isControl = (path: string): boolean => path.startsWith(PREFIX)

const HoldRequest = Type.Object(
  {
    route: Type.String(),
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    carriedOut: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

interface Controlled {
  readonly failures: Failures
  readonly calls: Calls
  readonly log: RequestLog
}

interface ControlRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly bytes: Uint8Array
}

/** What cannot be done, and why. */
class Mistake extends Error {}

type Said = readonly [status: number, json?: unknown]

export function handleControl(controlled: Controlled, request: ControlRequest, response: ServerResponse): void {
  const say = ([status, json]: Said) => {
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(json === undefined ? '' : `${JSON.stringify(json, null, 2)}\n`)
  }
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  answerTo(controlled, request, gone.signal).then(say, (error: unknown) => {
    if (!(error instanceof Mistake || error instanceof RangeError)) console.error('embedded cloud:', error)
    say([400, { error: error instanceof Error ? error.message : String(error) }])
  })
}

async function answerTo(
  { failures, calls, log }: Controlled,
  { method, path, query, bytes }: ControlRequest,
  gone: AbortSignal,
): Promise<Said> {
  const operations: Readonly<Record<string, () => Said | Promise<Said>>> = {
    'GET failures': () => [200, failures.planned],
    'POST failures': () => {
      const wanted = read(FailureRequest, 'failure', bytes)
      const failure = toFailure(wanted)
      if (!failure) throw new Mistake('Say one of fault, answer, hang, reset, cut, drip, flood, or delayMs.')
      failures.plan(wanted.route, failure, wanted.times)
      return [201, failures.planned]
    },
    'DELETE failures': () => {
      failures.clear()
      return [204]
    },
    'GET holds': () => [200, calls.holds],
    'POST holds': () => {
      const { route, ...options } = read(HoldRequest, 'hold', bytes)
      calls.hold(route, options)
      return [201, calls.holds]
    },
    'DELETE holds': () => {
      calls.release(query.get('route') ?? undefined)
      return [204]
    },
    'GET requests': async () => {
      await waitFor(calls, query, gone)
      return [200, log.entries]
    },
    'DELETE requests': () => {
      log.clear()
      return [204]
    },
  }
  const operation = operations[`${method} ${path.slice(PREFIX.length)}`]
  return operation?.() ?? [404, { error: `There are ${Object.keys(operations).join(', ')} below ${PREFIX}.` }]
}

/** `?arrived=3&route=GET /networks` and `?ended=3` answer as soon as the log has so many calls of that route. */
async function waitFor(calls: Calls, query: URLSearchParams, gone: AbortSignal): Promise<void> {
  const route = query.get('route') ?? '*'
  for (const what of ['arrived', 'ended'] as const) {
    const count = query.get(what)
    if (count === null) continue
    if (!/^\d+$/.test(count)) throw new Mistake(`${what} must be a whole number.`)
    await calls[what](route, Number(count), gone)
  }
}

function read<Schema extends Type.TSchema>(schema: Schema, what: string, bytes: Uint8Array): Type.Static<Schema> {
  let wanted: unknown
  try {
    wanted = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new Mistake('The body is no JSON.')
  }
  if (Value.Check(schema, wanted)) return wanted as Type.Static<Schema>
  const [first] = Value.Errors(schema, wanted)
  throw new Mistake(`The body is no ${what}: ${first?.instancePath || 'it'} ${first?.message}.`)
}
