/**
 * A Cyclades in which nothing ever changes, a process of its own: every body is serialised once, at start, so that the
 * upstream takes as little of the machine as it can. Two tenants, told by how a token begins, see different names.
 *
 *     node bench/upstream/main.ts --networks 100 --servers 200 --delay-ms 0 --port 0
 *
 * `/__count`, `/__reset` and `/__delay?ms=50` are for the bench, and are not counted.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { generate, type Size } from './data.ts'

const text = (byDefault: string) => ({ type: 'string', default: byDefault }) as const
const { values: flags } = parseArgs({
  options: { networks: text('100'), servers: text('200'), 'delay-ms': text('0'), port: text('0') },
})

/** Cyclades refuses a `changes-since` that is older (POLL_LIMIT). */
const POLL_LIMIT_MS = 3600_000

const body = (value: unknown) => Buffer.from(JSON.stringify(value))
const fault = (name: string, code: number, message: string) => body({ [name]: { code, message, details: '' } })
const NOT_FOUND = fault('itemNotFound', 404, 'Not found.')
const NO_TOKEN = fault('unauthorized', 401, 'No X-Auth-Token.')
const BAD_SINCE = fault('badRequest', 400, 'Invalid changes-since parameter.')
const NOTHING = Buffer.alloc(0)

function serialise(size: Size, tag: string): Map<string, Buffer> {
  const { networks, servers } = generate(size, tag)
  return new Map([
    ['/networks/detail', body({ networks })],
    ['/servers/detail', body({ servers })],
    ...networks.map((network) => [`/networks/${network.id}`, body({ network })] as const),
    ...servers.map((server) => [`/servers/${server.id}`, body({ server })] as const),
  ])
}

const size = { networks: Number(flags.networks), servers: Number(flags.servers) }
// Tags of one length, so that both tenants' answers have the same number of bytes.
const [bodiesA, bodiesB] = [serialise(size, 'a-'), serialise(size, 'b-')]
let delayMs = Number(flags['delay-ms'])
let count = { calls: 0, connections: 0, byKind: new Map<string, number>() }

/** Nothing ever changes, so a legal time (with a zone, not ahead, not too old) is answered as Cyclades does: 304. */
function statusSince(since: string): 304 | 400 {
  const age = /(Z|[+-]\d\d:\d\d)$/.test(since) ? Date.now() - Date.parse(since) : Number.NaN
  return age >= 0 && age <= POLL_LIMIT_MS ? 304 : 400
}

function answer({ method, url = '/', headers }: IncomingMessage): { status: number; content: Buffer } {
  const [path = '', query] = url.split('?')
  // Other parameters are ignored, as Cyclades does.
  const since = query === undefined ? null : new URLSearchParams(query).get('changes-since')
  const isList = path.endsWith('/detail')
  const kind = `${isList ? path : path.replace(/[^/]*$/, ':id')}${since ? '?changes-since' : ''}`
  count.calls++
  count.byKind.set(kind, (count.byKind.get(kind) ?? 0) + 1)

  const token = headers['x-auth-token']
  if (typeof token !== 'string' || token === '') return { status: 401, content: NO_TOKEN }
  const content = (token.startsWith('tenant-b') ? bodiesB : bodiesA).get(path)
  if (method !== 'GET' || content === undefined) return { status: 404, content: NOT_FOUND }
  if (!since || !isList) return { status: 200, content }
  const status = statusSince(since)
  return { status, content: status === 304 ? NOTHING : BAD_SINCE }
}

function send(response: ServerResponse, status: number, content: Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': content.length })
  response.end(content)
}

function control(url: string): Buffer {
  if (url.startsWith('/__delay')) delayMs = Number(new URLSearchParams(url.split('?')[1]).get('ms'))
  const { calls, connections, byKind } = count
  if (url === '/__reset') count = { calls: 0, connections: 0, byKind: new Map() }
  return body({ calls, connections, byKind: Object.fromEntries(byKind), delayMs })
}

const server = createServer((request, response) => {
  if (request.url?.startsWith('/__')) return send(response, 200, control(request.url))
  const { status, content } = answer(request)
  if (delayMs > 0) setTimeout(send, delayMs, response, status, content)
  else send(response, status, content)
})
server.on('connection', () => count.connections++)
server.keepAliveTimeout = 120_000
server.listen(Number(flags.port), '127.0.0.1', () => {
  console.log(`upstream at http://127.0.0.1:${(server.address() as AddressInfo).port}`) // it listens at a port
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
