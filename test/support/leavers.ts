/** Clients that leave at any moment, in any way, and what must be true of a gateway when all of them have gone. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleepFor } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, vi } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { delayed } from '../../src/embedded/failures.ts'
import { openEvents } from './events.ts'
import { ChangesDocument } from './generated/documents.ts'
import { metric } from './metrics.ts'
import { start } from './process.ts'
import { waitLong } from './wait.ts'

/** All of them where the shipped gateway is tested, once in CI without Redis and once with it. */
const ALL_ROUNDS = 5000
const seed = Number(process.env.PROPERTY_SEED ?? Math.trunc(Math.random() * 2 ** 31))

const OWNER = 'user-tutorial'
const OTHER = { tenant: 'user-other', token: 'other-token' }

const queries = [
  '{ networks { nodes { name } } }',
  '{ network(id: "999") { name nics { nodes { server { name } } } } }',
  '{ servers { nodes { name } } }',
  '{ networks { nodes { networkId nics { nodes { macAddress server { serverId } } } } } servers { totalCount } }',
  '{ server(id: "141") { name networks { name } peers { server { name } } } }',
  '{ nodes(ids: ["Server:141", "Network:3", "Server:142"]) { id } }',
  '{ __typename }',
]
const mutations = [
  'renameNetwork(input: { networkId: 3, name: "n" }) { __typename }',
  'renameNetwork(input: { networkId: 999, name: "n" }) { __typename }',
  'connectServer(input: { serverId: 141, networkId: 3 }) { __typename }',
  'connectServer(input: { serverId: 142, networkId: 4, waitUntil: ACCEPTED }) { __typename }',
  'disconnectServer(input: { serverId: 141, networkId: 3 }) { __typename }',
  'disconnectServer(input: { serverId: 142, networkId: 4 }) { __typename }',
].map((field) => `mutation { ${field} }`)
const subscription = 'subscription { changes { at __typename } }'

const JSON_TYPES = 'application/graphql-response+json, application/json;q=0.9'
const SSE = 'text/event-stream'

interface Request {
  readonly document: string
  readonly inUrl: boolean
  readonly accept: string
}

interface Round {
  /** On one connection, one right behind the other. */
  readonly requests: readonly Request[]
  /** Whether an answer is waited for first, on the same connection. */
  readonly isKept: boolean
  /** Of the bytes, those that are sent. */
  readonly share: number
  readonly afterMs: number
  /** What a call to the cloud takes; null: next to nothing. */
  readonly slowMs: number | null
  readonly leave: 'reset' | 'half-close' | 'end'
}

const often = (arbitrary: fc.Arbitrary<string>, weight = 4) => ({ weight, arbitrary })
const requestFor = (document: string): fc.Arbitrary<Request> =>
  fc.record({
    document: fc.constant(document),
    inUrl: fc.boolean(),
    accept: fc.oneof(
      often(fc.constant(document === subscription ? SSE : JSON_TYPES)),
      fc.constantFrom(JSON_TYPES, SSE, 'text/html', '*/*'),
    ),
  })
const anyRequest = fc
  .oneof(often(fc.constantFrom(...queries), 2), fc.constantFrom(...mutations), fc.constant(subscription))
  .chain(requestFor)
const plainQuery = fc
  .constantFrom(...queries)
  .map((document): Request => ({ document, inUrl: false, accept: JSON_TYPES }))

const roundOf = (request: fc.Arbitrary<Request>, maxLength: number): fc.Arbitrary<Round> =>
  fc.record({
    requests: fc.array(request, { minLength: 1, maxLength }),
    isKept: fc.boolean(),
    share: fc.oneof(
      { weight: 5, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.nat(100).map((percent) => percent / 100) },
    ),
    afterMs: fc.nat(80).map((tenths) => tenths / 10),
    slowMs: fc.option(fc.nat(6)),
    leave: fc.constantFrom('reset', 'half-close', 'end'),
  })

/** First alone while nothing changes, so that answers are given again, and who leaves is the last to wait; then all together. */
const phases = [
  { round: roundOf(plainQuery, 1), share: 0.5, atOnce: 1 },
  { round: roundOf(anyRequest, 3), share: 0.5, atOnce: 8 },
]

/** Rounds upon a gateway as a process, with more settings if given; then all must be as if nobody had come. */
export async function expectToSurviveLeavers(env: Record<string, string> = {}, rounds = ALL_ROUNDS): Promise<void> {
  const runs = Number(process.env.LEAVING_ROUNDS ?? rounds)
  await using cloud = closing(await startEmbeddedCloud({ jobDelayMs: 5 }))
  await using gateway = start([], {
    CLOUD_URL: cloud.url,
    CLOUD_TOKEN: cloud.token,
    WAIT_FIRST_MS: '5',
    WAIT_LONGEST_MS: '20',
    POLL_SHORTEST_MS: '10',
    POLL_LONGEST_MS: '40',
    // Its page is 9 MB, and who leaves it is nothing new.
    GRAPHIQL: 'off',
    // All come from one address.
    RATE_LIMIT_PER_MINUTE: '0',
    ...env,
  })
  const url = (await gateway.url()).replace('/graphql', '')
  const port = Number(new URL(url).port)
  const told = () => `LEAVING_ROUNDS=${runs} PROPERTY_SEED=${seed}\n${unexpected(gateway.stdout())}`
  for (const document of queries.flatMap((each) => Array(4).fill(each))) await ask(port, document)
  expect(callsOf(cloud, OWNER), 'the gateway takes these requests').not.toEqual([])
  for (const { round, share, atOnce } of phases) {
    const rounds = fc.sample(round, { numRuns: Math.ceil(runs * share), seed })
    const playAll = async () => {
      for (let next = rounds.pop(); next; next = rounds.pop()) {
        expect(gateway.child.exitCode, told()).toBe(null)
        await play(next, port, cloud)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, playAll))
  }
  /** While another caller's changes are looked for several times; what is asked for those who have gone meanwhile. */
  const askedFor = async (): Promise<string[]> => {
    cloud.clearRequests()
    await using _events = await openEvents({ url }, ChangesDocument, { headers: { 'x-auth-token': OTHER.token } })
    await cloud.calls.until(() => callsOf(cloud, OTHER.tenant).length >= 20)
    return callsOf(cloud, OWNER)
  }
  // Some connections are still to be taken when their clients have left: by then they are.
  await askedFor()
  for (const gauge of ['http_requests_in_flight', 'subscriptions', 'rest_calls_in_flight']) {
    const name = `cloudnet_${gauge}`
    await vi.waitFor(async () => expect(await metric({ url }, `${name} `), told()).toEqual([`${name} 0`]), waitLong)
  }
  expect(await askedFor(), told()).toEqual([])
  expect(unexpected(gateway.stdout()), told()).toBe('')
}

async function play({ requests, isKept, share, afterMs, slowMs, leave }: Round, port: number, cloud: EmbeddedCloud) {
  const socket = await open(port)
  if (!socket) return
  if (isKept) {
    socket.write(bytesOf({ document: '{ __typename }', inUrl: false, accept: JSON_TYPES }))
    await answered(socket)
  }
  socket.resume()
  if (slowMs !== null) cloud.failNext('*', delayed(slowMs))
  const bytes = Buffer.concat(requests.map(bytesOf))
  socket.write(bytes.subarray(0, Math.ceil(bytes.byteLength * share)))
  await sleepFor(afterMs)
  if (socket.closed) return
  const gone = closed(socket)
  if (leave === 'reset') socket.resetAndDestroy()
  else if (leave === 'end') socket.destroy()
  else socket.end()
  await gone
}

/** Null: the process has ended. */
async function open(port: number): Promise<Socket | null> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}) // it is reset, or closed by the gateway while something is written
  await once(socket, 'connect').catch(() => {})
  return socket.destroyed ? null : socket
}

/** And stays for the answer. */
async function ask(port: number, document: string): Promise<void> {
  const socket = await open(port)
  socket?.write(bytesOf({ document, inUrl: false, accept: JSON_TYPES }))
  if (socket) await answered(socket)
  socket?.destroy()
}

/** Or cut off, by a process that ends: that is told elsewhere. */
const answered = (socket: Socket) => Promise.race([once(socket, 'data').catch(() => {}), closed(socket)])

const closed = (socket: Socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve()))

function bytesOf({ document, inUrl, accept }: Request): Buffer {
  const head = `Host: localhost\r\nAccept: ${accept}\r\n`
  if (inUrl) return Buffer.from(`GET /graphql?query=${encodeURIComponent(document)} HTTP/1.1\r\n${head}\r\n`)
  const body = JSON.stringify({ query: document })
  const ofBody = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${head}${ofBody}\r\n${body}`)
}

const callsOf = ({ requests }: EmbeddedCloud, tenant: string) =>
  requests.filter((each) => each.tenant === tenant).map(({ method, path }) => `${method} ${path}`)

/** What is logged as an error, or worse. */
const unexpected = (log: string) =>
  log
    .split('\n')
    .filter((line) => /"level":[56]0/.test(line))
    .slice(0, 3)
    .join('\n')

const closing = (cloud: EmbeddedCloud) => Object.assign(cloud, { [Symbol.asyncDispose]: () => cloud.close() })
