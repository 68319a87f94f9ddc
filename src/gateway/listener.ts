import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { sendNodeResponse } from '@whatwg-node/server'
import type { YogaServerInstance } from 'graphql-yoga'
import { type answerHeaders, PAGE_HEADERS } from './answer-headers.ts'
import type { Arrival, ArrivedRequest } from './arrival.ts'
import { whenOver } from './departure.ts'
import { endOfTurn } from './end-of-turn.ts'
import { answerTypesFor } from './negotiation/answer-types.ts'
import type { Observer } from './observe/observer.ts'
import type { RequestRecord } from './observe/record.ts'
import type { Pages } from './pages.ts'
import { sendStream } from './send-stream.ts'

/** The host of a URL tells nothing that anybody here asks for. */
const ANY_HOST = 'http://localhost'

interface Parts {
  readonly yoga: Pick<YogaServerInstance<object, object>, 'fetchAPI' | 'logger'> & {
    handleRequest(request: Request, ...contexts: object[]): Response | Promise<Response>
  }
  /** Its path. */
  readonly endpoint: string
  readonly pages: Pages
  readonly observer: Observer
  readonly headersFor: ReturnType<typeof answerHeaders>
  /** Of a request. */
  readonly maxBodyBytes: number
}

/**
 * Hands Node's requests to yoga, their bodies read. Yoga can do so itself, at several times the cost: it makes streams, a
 * second request to count bytes, and a signal behind a proxy, for every request (graphql-yoga 5.24: 0.1 of 0.14 ms).
 * What has come in one turn of the event loop is begun together, and what is done in one is sent together.
 */
export function listenerOf({ yoga, endpoint, pages, observer, headersFor, maxBodyBytes }: Parts): RequestListener {
  const { Request, Response } = yoga.fetchAPI

  const endpointUrl = new URL(endpoint, ANY_HOST)

  class Arrived extends Request implements ArrivedRequest {
    readonly arrival: Arrival
    /** Yoga's own class takes none from `init`. */
    override readonly signal: AbortSignal

    constructor(arrival: Arrival, signal: AbortSignal, url: URL | string, init: RequestInit) {
      super(url, init)
      this.arrival = arrival
      this.signal = signal
    }
  }

  /** Most come to the endpoint itself: that is parsed once. A proxy's form of a URL is absolute already. Null: it is none. */
  function urlOf({ url = '/' }: IncomingMessage): URL | string | null {
    if (url === endpoint) return endpointUrl
    const whole = url.startsWith('/') ? ANY_HOST + url : url
    return URL.canParse(whole) ? whole : null
  }

  function arrived(
    incoming: IncomingMessage,
    url: URL | string,
    body: Buffer | null,
    record: RequestRecord,
    left: AbortSignal,
  ): Arrived {
    const { method = 'GET', headers, socket } = incoming
    const answerTypes = answerTypesFor(headers.accept ?? null)
    const arrival: Arrival = { record, address: socket.remoteAddress ?? '', body, answerTypes }
    return new Arrived(arrival, left, url, {
      method,
      // Those with several values come joined, but for cookies.
      headers: { ...(headers as Record<string, string>), ...repeated(incoming, headers), accept: answerTypes.header },
      body: body as BodyInit | null, // a Buffer is one; the types of yoga want a newer lib
    })
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse, record: RequestRecord): Promise<void> {
    const left = new AbortController()
    outgoing.setHeader('x-request-id', record.id)
    whenOver(incoming, outgoing, () => {
      const isWhole = outgoing.writableFinished
      // Whatever was answered to a subscription, it is over.
      if (!isWhole || record.operationType === 'subscription') left.abort()
      observer.ended(record, { status: outgoing.statusCode, isWhole })
    })
    const body = await bodyOf(incoming, maxBodyBytes)
    await endOfTurn()
    if (left.signal.aborted) return
    const url = urlOf(incoming)
    const response =
      body === 'too large'
        ? Response.json(tooLarge(maxBodyBytes), { status: 413, headers: { connection: 'close' } })
        : url === null
          ? Response.json(NO_URL, { status: 400 })
          : await yoga.handleRequest(arrived(incoming, url, body, record, left.signal))
    // Not to the response, whose headers are set one by one once more.
    for (const [name, value] of headersFor(incoming, response.status)) outgoing.setHeader(name, value)
    // Yoga says keep-alive of streams, whatever was asked for.
    if (incoming.headers.connection?.toLowerCase() === 'close') response.headers.set('connection', 'close')
    if (left.signal.aborted) return
    // A stream is begun at once: what has not begun is not ended when its reader leaves.
    const stream = response.headers.has('content-length') ? null : response.body
    if (stream) return sendStream(stream, response, outgoing, left.signal)
    await endOfTurn()
    await sendNodeResponse(response, outgoing, incoming, true)
  }

  return (incoming, outgoing) => {
    const page = pageOf(incoming, pages)
    const done = page
      ? page().then(({ status, type, body }) => {
          outgoing.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...PAGE_HEADERS })
          outgoing.end(incoming.method === 'HEAD' ? undefined : body)
        })
      : answer(incoming, outgoing, observer.began(incoming.headers))
    done.catch((error) => {
      // Whoever sent half a request has gone; anything else is told as yoga tells what it did not expect.
      if (incoming.readableAborted || incoming.socket.destroyed) return
      yoga.logger.error(error)
      if (!outgoing.headersSent) outgoing.writeHead(500)
      outgoing.end()
    })
  }
}

/**
 * What comes several times though it may come once, joined like all else: Node takes the first alone, and what stands in front of
 * the gateway may have judged by another. Joined, none of them can be read.
 */
function repeated({ rawHeaders }: IncomingMessage, headers: IncomingHttpHeaders): Record<string, string> | null {
  if (rawHeaders.length === 2 * Object.keys(headers).length) return null // each came once
  const found: Record<string, string> = {}
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    const value = rawHeaders[at + 1] ?? ''
    if (ONCE.has(name)) found[name] = name in found ? `${found[name]}, ${value}` : value
  }
  return found
}

const ONCE = new Set(['host', 'authorization', 'content-type'])

function pageOf({ method, url = '' }: IncomingMessage, pages: Pages) {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const [path = ''] = url.split('?', 1)
  return Object.hasOwn(pages, path) ? pages[path] : undefined
}

/** Null: none was sent. Rejects when the connection breaks off. */
function bodyOf(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | null | 'too large'> {
  const { method, headers } = incoming
  if (method === 'GET' || method === 'HEAD') return Promise.resolve(null)
  if (Number(headers['content-length']) > maxBytes) return Promise.resolve('too large')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes <= maxBytes) chunks.push(chunk)
      else resolve('too large')
    })
    incoming.on('end', () => resolve(bytes === 0 ? null : Buffer.concat(chunks)))
    incoming.on('error', reject)
  })
}

const NO_URL = { errors: [{ message: 'What is asked for is no URL.', extensions: { code: 'BAD_REQUEST' } }] }

function tooLarge(maxBytes: number) {
  return {
    errors: [
      {
        message: `The request's body is larger than ${maxBytes} bytes.`,
        extensions: { code: 'REQUEST_ENTITY_TOO_LARGE' },
      },
    ],
  }
}
