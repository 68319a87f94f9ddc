import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { ALWAYS, PAGE_HEADERS } from './answer-headers.ts'
import { isBeingAnswered } from './departure.ts'

interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** By the code of Node's error (node:http, `clientError`). */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'BAD_REQUEST', message: 'The URL and the headers are too long together.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'REQUEST_ENTITY_TOO_LARGE',
    message: 'The extensions of a chunk are too long.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'BAD_REQUEST',
    message: 'The request did not come to its end in time.',
  },
}
const MALFORMED: Refusal = { status: 400, code: 'BAD_REQUEST', message: 'This is no request by the rules of HTTP.' }
const EXPECTATION: Refusal = {
  status: 417,
  code: 'BAD_REQUEST',
  message: 'Of what a request may expect (`Expect`), only 100-continue is known.',
}

/** Has the server say in JSON what Node refuses before any listener hears of it; by itself it says a status and nothing else. */
export function refuseInJson(server: Server): Server {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (socket.writable && !isBeingAnswered(socket)) socket.write(textOf(REFUSALS[error.code ?? ''] ?? MALFORMED))
    socket.destroy(error)
  })
  server.on('checkExpectation', (_incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.writeHead(EXPECTATION.status, headersOf(EXPECTATION)).end(bodyOf(EXPECTATION))
  })
  return server
}

const bodyOf = ({ code, message }: Refusal) => JSON.stringify({ errors: [{ message, extensions: { code } }] })

const headersOf = (refusal: Refusal) => ({
  ...Object.fromEntries(ALWAYS),
  ...PAGE_HEADERS,
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(Buffer.byteLength(bodyOf(refusal))),
  connection: 'close',
})

function textOf(refusal: Refusal): string {
  const lines = Object.entries(headersOf(refusal)).map(([name, value]) => `${name}: ${value}`)
  const start = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`
  return [start, ...lines, '', bodyOf(refusal)].join('\r\n')
}
