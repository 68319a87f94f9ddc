/**
 * Many minutes of mixed load over a cloud where now and then something goes wrong, on the gateway as it is shipped: does it
 * grow, does it leave anything behind?
 *
 *     npm run soak                       # 10 minutes
 *     npm run soak -- --minutes 1
 *
 * It prints the slope of the heap after the warm-up, what was asked and answered, and ends with 1 when the heap grows by more
 * than MOST_MIB_A_MINUTE or when sockets, timers, streams or pollers are left when all is over.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { request } from 'undici'
import { build, startGateway } from '../bench/processes.ts'
import { startEmbeddedCloud } from '../src/embedded/cloud.ts'
import { faults } from '../test/support/chaos.ts'
import { openEvents } from '../test/support/events.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
const CALLERS = 16
const SUBSCRIBERS = 8
const TENANTS = 10
const FAULTS_A_SECOND = 5
/** What of the time is not looked at: code is compiled, tables are filled. */
const WARM_UP_SHARE = 0.3
const MOST_MIB_A_MINUTE = 0.5

build()
await using cloud = await startEmbeddedCloud({
  openTenants: true,
  seed: { networks: 20, servers: 40 },
  privateNetworkQuota: 1000,
  jobDelayMs: 50,
})
await using gateway = await startGateway({
  CLOUD_URL: cloud.url,
  CLOUD_TIMEOUT_MS: '500',
  CLOUD_DEADLINE_MS: '2000',
  SHUTDOWN_GRACE_MS: '2000',
  RATE_LIMIT_PER_MINUTE: '0',
})
const endpoint = { url: new URL(gateway.url).origin }
const tokens = Array.from({ length: TENANTS }, (_, at) => `soak-${at}`)
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item
const until = performance.now() + minutes * 60_000
const isOver = () => performance.now() > until
const tally = new Map<string, number>()
const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1)

const questions = [
  '{ networks { nodes { networkId name nics { nodes { nicId macAddress server { name } } } } } }',
  '{ servers { nodes { serverId name nics { ipv4 network { name } } } } }',
  '{ networks(first: 5, orderBy: { field: NAME }) { nodes { name } pageInfo { endCursor } } }',
  'query One($id: ID!) { server(id: $id) { name networks { name } } }',
  'mutation Make { createNetwork(input: { name: "soak" }) { __typename ... on CreateNetworkSuccess { network { networkId } } } }',
  'mutation Join($id: ID!) { connectServer(input: { serverId: $id, networkId: 2, timeoutSeconds: 1 }) { __typename } }',
  'mutation Leave($id: ID!) { disconnectServer(input: { serverId: $id, networkId: 2, timeoutSeconds: 1 }) { __typename } }',
  '{ nothing }',
]

type Answer = { data?: Record<string, { __typename?: string }> | null }
let broken = 0

const removal = 'mutation Remove($id: ID!) { deleteNetwork(input: { networkId: $id }) { __typename } }'

async function ask(token: string, query: string, variables: object = {}) {
  const { statusCode, body } = await request(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': token },
    body: JSON.stringify({ query, variables }),
  })
  return {
    status: statusCode,
    answer: (await body.json()) as { data?: Record<string, { __typename?: string }> | null },
  }
}

async function call(caller: number): Promise<void> {
  const token = tokens[caller % TENANTS] as string
  while (!isOver()) {
    const query = pick(questions)
    const { status, answer } = await ask(token, query, { id: String(2 + Math.floor(Math.random() * 38)) }).catch(
      (error) => {
        // A connection that was closed under a request is the gateway's fault, and ends the soak at its end.
        count(`requests that broke off: ${error.code}`)
        broken++
        return { status: 0, answer: {} as Answer }
      },
    )
    count(`answers ${status}${answer.data ? '' : ' without data'}`)
    // What was made goes again, so that the cloud does not grow either.
    const made = answer.data?.createNetwork as { network?: { networkId: string } } | undefined
    if (made?.network) await ask(token, removal, { id: made.network.networkId })
    await sleep(Math.random() * 20)
  }
}

/** Comes, looks on for a while and goes, now politely and now not. */
async function subscribe(subscriber: number): Promise<void> {
  while (!isOver()) {
    const headers = { 'x-auth-token': tokens[subscriber % TENANTS] as string }
    try {
      const events = await openEvents(endpoint, 'subscription { changes { __typename } }', { headers })
      const end = performance.now() + Math.random() * 10_000
      while (performance.now() < end && !isOver()) {
        if ((await Promise.race([events.next(), sleep(1000, 'quiet' as const)])) !== 'quiet') count('events')
      }
      events.close()
    } catch {
      count('streams that broke off')
    }
  }
}

async function breakThings(): Promise<void> {
  while (!isOver()) {
    if (cloud.plannedFailures.length < 3)
      cloud.failNext('*', (faults[pick(Object.keys(faults))] ?? (() => ({ kind: 'none' })))())
    cloud.clearRequests()
    await sleep(1000 / FAULTS_A_SECOND)
  }
  cloud.clearFailures()
}

/** The sum of what a metric's lines say. */
async function metric(name: string): Promise<number> {
  const { body } = await request(`${endpoint.url}/metrics`)
  const lines = (await body.text()).split('\n').filter((line) => line.startsWith(name))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

const oldSpace = 'nodejs_heap_space_size_used_bytes{space="old"}'

/** The least of each stretch of time, which is what a collection left. */
async function watchHeap(): Promise<{ minute: number; mib: number }[]> {
  const stretches: { minute: number; mib: number }[] = []
  const began = performance.now()
  while (!isOver()) {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < 20 && !isOver(); i++) {
      least = Math.min(least, (await metric(oldSpace)) / 2 ** 20)
      await sleep((minutes * 60_000) / 20 / 20)
    }
    stretches.push({ minute: (performance.now() - began) / 60_000, mib: least })
    console.error(`${stretches.at(-1)?.minute.toFixed(1)} min: ${least.toFixed(1)} MiB of old space`)
  }
  return stretches
}

/** Of the straight line that fits best, MiB a minute. */
function slope(points: readonly { minute: number; mib: number }[]): number {
  const mean = (of: (point: { minute: number; mib: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [minute, mib] = [mean((point) => point.minute), mean((point) => point.mib)]
  return mean((at) => (at.minute - minute) * (at.mib - mib)) / mean((at) => (at.minute - minute) ** 2)
}

const timersBefore = await metric('nodejs_active_resources{type="Timeout"}')
const [heap] = await Promise.all([
  watchHeap(),
  breakThings(),
  ...Array.from({ length: CALLERS }, (_, at) => call(at)),
  ...Array.from({ length: SUBSCRIBERS }, (_, at) => subscribe(at)),
])
const grown = slope(heap.slice(Math.floor(heap.length * WARM_UP_SHARE)))

// Whoever is still polling shows now.
await sleep(12_000)
cloud.clearRequests()
await sleep(12_000)
const left = {
  'REST calls by pollers': cloud.requests.length,
  'requests that broke off': broken,
  'requests in flight': await metric('cloudnet_http_requests_in_flight'),
  'REST calls in flight': await metric('cloudnet_rest_calls_in_flight'),
  subscriptions: await metric('cloudnet_subscriptions'),
  'timers more than at first': Math.max(
    0,
    (await metric('nodejs_active_resources{type="Timeout"}')) - timersBefore - 2,
  ),
}
for (const [what, times] of [...tally].sort()) console.log(`${times} ${what}`)
console.log(
  `old space: ${grown.toFixed(3)} MiB a minute after the warm-up, ${heap.at(-1)?.mib.toFixed(1)} MiB at the end`,
)
console.log(`left when all is over: ${JSON.stringify(left)}; sockets to the cloud: ${cloud.openSockets}`)
if (grown > MOST_MIB_A_MINUTE || Object.values(left).some((number) => number > 0)) process.exitCode = 1
