/** The HTTP edge: one request from socket to answer, in the order of checks of Cyclades REST 1.3. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { bodyOf, writeAnswer } from './answers.ts'
import { type Answer, Body, type World } from './call.ts'
import type { Calls } from './calls.ts'
import { handleControl, isControl } from './control.ts'
import type { Failure, Failures } from './failures.ts'
import { badRequest, Fault, unexpectedError } from './faults.ts'
import { misbehave } from './misbehave.ts'
import type { LoggedRequest, RequestLog } from './request-log.ts'
import { type Match, matchRoute } from './routes.ts'
import type { Tenants } from './tenants.ts'

export interface Edge extends World {
  readonly tenants: Tenants
  readonly failures: Failures
  readonly log: RequestLog
  readonly calls: Calls
}

/** `edge` is asked for with each request: it is made when the port is known. */
export function createRestServer(edge: () => Edge): Server {
  // As long as that of usual proxies, so that a client's pooled connection is not closed under its hands.
  return createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    readBody(request, (bytes) => handle(edge(), request, response, bytes))
  })
}

const NOTHING = new Uint8Array()

/** Calls back at once when there is no body, which is nearly always. */
function readBody(request: IncomingMessage, done: (bytes: Uint8Array) => void): void {
  const { headers } = request
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    request.resume()
    done(NOTHING)
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done(Buffer.concat(chunks)))
  // The client went away while sending: there is nobody to answer.
  request.on('error', () => {})
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  match: Match | null
  query: URLSearchParams
  body: Body
  entry: LoggedRequest
}

function handle(edge: Edge, request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  const [path = '', search = ''] = splitOnce(request.url ?? '', '?')
  const query = new URLSearchParams(search)
  if (isControl(path)) {
    handleControl(edge, { method: request.method ?? '', path, query, bytes }, response)
    return
  }
  const match = matchRoute(path)
  const body = new Body(bytes, request.headers['content-type'])
  const entry = edge.log.add(logEntry(request, path, match, query, body))
  const exchange = { request, response, match, query, body, entry }
  response.on('finish', () => {
    entry.status = response.statusCode
  })
  response.on('close', () => {
    entry.endedAt = performance.now()
    edge.calls.moved()
  })
  edge.calls.pass(entry, () => prepare(edge, exchange))
  edge.calls.moved()
}

/** Carries it out, and gives what sends the answer. */
function prepare(edge: Edge, exchange: Exchange): () => void {
  const failure = edge.failures.take(exchange.entry)
  const { delayMs = 0 } = failure ?? {}
  const act = () => (failure && failure.kind !== 'none' ? fail(edge, exchange, failure) : answerWell(edge, exchange))
  return delayMs > 0 ? () => void setTimeout(() => act()(), delayMs).unref() : act()
}

function answerWell(edge: Edge, exchange: Exchange): () => void {
  const { answer, headers } = operate(edge, exchange)
  // The cloud's own time, which need not be this machine's.
  const now = new Date(edge.db.now() / 1000).toUTCString()
  // Written before any job runs: the answer shows the state before.
  const written = { status: answer.status, bytes: bodyOf(answer) }
  edge.jobs.advance()
  return () => writeAnswer(exchange.response, written, { Date: now, ...headers })
}

function fail(edge: Edge, exchange: Exchange, failure: Failure): () => void {
  const own = failure.carriedOut ? operate(edge, exchange).answer : null
  edge.jobs.advance()
  return () => misbehave(exchange.response, failure, own)
}

interface Outcome {
  answer: Answer
  headers: Record<string, string>
}

function operate(edge: Edge, exchange: Exchange): Outcome {
  try {
    return { answer: carryOut(edge, exchange), headers: {} }
  } catch (error) {
    // Anything else is a mistake of the embedded cloud itself, which must not look like one of Cyclades.
    if (!(error instanceof Fault)) console.error('embedded cloud:', error)
    const fault = error instanceof Fault ? error : unexpectedError()
    return { answer: { status: fault.status, json: fault.envelope() }, headers: fault.headers }
  }
}

function carryOut({ db, jobs, links, tenants }: Edge, { request, match, query, body, entry }: Exchange): Answer {
  if (!match) throw badRequest('API endpoint not found')
  const operation = Object.entries(match.methods).find(([method]) => method === entry.method)?.[1]
  if (!operation) throw badRequest('Method not allowed')
  const userId = tenants.userIdOf(query, request.headers['x-auth-token'])
  entry.tenant = userId
  return operation({ db, jobs, links, userId, params: match.params, query, json: () => body.json() })
}

const splitOnce = (text: string, separator: string): string[] => {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function logEntry(
  { method = '', headers }: IncomingMessage,
  path: string,
  match: Match | null,
  query: URLSearchParams,
  body: Body,
): LoggedRequest {
  return {
    method,
    path: path.replace('/compute/v2.0/', '/'),
    route: match && `${method} ${match.route}`,
    query: Object.fromEntries([...query].filter(([name]) => name.toLowerCase() !== 'x-auth-token')),
    body: body.toLog(),
    requestId: headers['x-request-id']?.toString() ?? null,
    traceparent: headers.traceparent?.toString() ?? null,
    tenant: null,
    status: null,
    startedAt: performance.now(),
    endedAt: null,
  }
}
