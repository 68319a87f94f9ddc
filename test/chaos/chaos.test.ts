/**
 * A cloud of which four calls in ten go wrong, in every way that is known, while many callers read and change it. However that
 * ends: every answer is a typed one, nobody waits beyond their deadline, no change is sent twice, nobody is shown what is not so.
 *
 * CHAOS_SECONDS=120 for longer (npm run test:chaos); it prints what happened how often.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { request } from 'undici'
import { expect, it } from 'vitest'
import { domainErrors } from '../../src/cloud/errors.ts'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { faults } from '../support/chaos.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const seconds = Number(process.env.CHAOS_SECONDS ?? 6)
const SHARE_OF_FAULTS = 0.4
const CALLERS = 24
const LIMITS = {
  timeoutMs: 300,
  deadlineMs: 1500,
  retries: 2,
  connections: 16,
  queue: 48,
  maxAnswerBytes: 8 * 2 ** 20,
  breakerFailures: 200,
}
/** Beyond the deadlines, for a machine that has other things to do as well. A call that is never answered lasts longer. */
const LENIENCE_MS = 30_000
/** What a change may take: its guard, its waiting, and what it reads back. */
const CHANGE_MS = 2000 + 4 * LIMITS.deadlineMs

const wholeGraph = `{
  networks { nodes { networkId name cidr nics { nodes { macAddress server { serverId } } } } }
  servers { nodes { serverId name nics { macAddress network { networkId } } } }
}`

interface Graph {
  networks: { nodes: { networkId: string; name: string; cidr: string; nics: { nodes: object[] } | null }[] } | null
  servers: { nodes: { serverId: string; name: string; nics: object[] | null }[] } | null
}

type Answer = {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: unknown[]; extensions?: { code?: string } }[]
}

const codes = new Set<string>([...domainErrors.map(({ name }) => name), 'Success'])
const knownCode = /^[A-Z_]+$/
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item
const collectGarbage = () => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

it('comes through chaos', { timeout: (seconds + 120) * 1000 }, async () => {
  await using gateway = await startGateway({
    cloud: { openTenants: true, seed: { networks: 6, servers: 8 }, privateNetworkQuota: 10_000 },
    limits: LIMITS,
    logLevel: 'error',
  })
  const { cloud } = gateway
  const tokens = Array.from({ length: 6 }, (_, at) => `tenant-${at}`)
  const truth = new Map<string, Graph>()
  for (const token of tokens) truth.set(token, (await askUntilWhole(gateway, token)).data as never)
  const tally = new Tally()
  const until = performance.now() + seconds * 1000
  const isOver = () => performance.now() > until

  async function breakThings() {
    while (!isOver()) {
      // One planned failure waits for the next call, whichever it is; none waits for the rest.
      if (cloud.plannedFailures.length === 0 && Math.random() < SHARE_OF_FAULTS) {
        const name = pick(Object.keys(faults))
        tally.add(`fault: ${name}`)
        cloud.failNext('*', faults[name]?.() as never)
      }
      tally.drain(cloud)
      await new Promise((go) => setTimeout(go, 3))
    }
  }

  async function live(caller: number) {
    const token = tokens[caller % tokens.length] as string
    // Each is deleted in the next round but one, so that the cloud does not grow.
    const made: string[] = []
    for (let round = 0; !isOver(); round++) {
      const name = `chaos-${caller}-${round}`
      const isRead = Math.random() < 0.7
      const started = performance.now()
      const { answer, status } = await ask(
        gateway,
        token,
        isRead ? pick(reads) : made.length > 1 ? removal(made.shift() ?? '') : change(name),
      )
      const ms = performance.now() - started
      tally.slowest(isRead ? 'read' : 'change', ms)
      expect(ms).toBeLessThan((isRead ? LIMITS.deadlineMs : CHANGE_MS) + LENIENCE_MS)
      if (status === 503) {
        tally.add('answer: 503 at once')
        await new Promise((go) => setTimeout(go, 50))
      } else if (isRead) checkRead(answer, truth.get(token) as Graph, tally)
      else {
        checkChange(answer, tally)
        const { network } = (answer.data?.it ?? {}) as { network?: { networkId: string } }
        if (network) made.push(network.networkId)
      }
    }
  }

  async function watchMemory() {
    const heap = []
    while (!isOver()) {
      await new Promise((go) => setTimeout(go, (seconds * 1000) / 8))
      collectGarbage()
      heap.push(process.memoryUsage().heapUsed / 2 ** 20)
    }
    return heap
  }

  const [heap] = await Promise.all([
    watchMemory(),
    breakThings(),
    ...Array.from({ length: CALLERS }, (_, at) => live(at)),
  ])
  cloud.clearFailures()
  tally.drain(cloud)
  console.log(tally.report(), '\nheap, MiB:', heap.map((mib) => mib.toFixed(0)).join(' '))
  expect(tally.sentTwice()).toEqual([])
  expect(Object.keys(faults).filter((name) => tally.count(`fault: ${name}`) === 0 && seconds > 30)).toEqual([])
  // Flat: the second half has no more than the first, give and take what a heap does by itself.
  if (seconds > 30) expect(Math.max(...heap.slice(4))).toBeLessThan(Math.max(...heap.slice(1, 4)) + 20)

  // Then all is as it should be, within the time that a breaker spares the cloud.
  for (const token of tokens) {
    checkRead(await askUntilWhole(gateway, token), truth.get(token) as Graph, tally)
  }
  expect(cloud.openSockets).toBeLessThanOrEqual(LIMITS.connections)
})

const reads = [
  wholeGraph,
  wholeGraph,
  '{ networks { nodes { networkId name cidr nics { nodes { macAddress server { serverId } } } } } }',
  '{ cloud { name } servers { nodes { serverId name nics { macAddress network { networkId } } } } }',
]

/** Names, so that each can be told in the cloud's log. */
const change = (name: string) =>
  pick([
    `mutation { it: createNetwork(input: { name: "${name}" }) { __typename ... on CreateNetworkSuccess { network { networkId } } } }`,
    `mutation { it: renameNetwork(input: { networkId: 999999, name: "${name}" }) { __typename } }`,
    `mutation { it: createNetwork(input: { name: "${name}", cidr: "10.99.0.0/24" }) { __typename ... on CreateNetworkSuccess { network { networkId nics { totalCount } } } } }`,
  ])
const removal = (networkId: string) =>
  `mutation { it: deleteNetwork(input: { networkId: "${networkId}", timeoutSeconds: 1 }) { __typename } }`

async function ask({ url }: TestGateway, token: string, query: string): Promise<{ status: number; answer: Answer }> {
  const { statusCode, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': token },
    body: JSON.stringify({ query }),
  })
  return { status: statusCode, answer: (await body.json()) as Answer }
}

/** On a busy machine a call may outlast the short limits without any fault. */
async function askUntilWhole(gateway: TestGateway, token: string): Promise<Answer> {
  for (;;) {
    const { answer } = await ask(gateway, token, wholeGraph)
    if (answer.data && !answer.errors) return answer
    await new Promise((go) => setTimeout(go, 100))
  }
}

/** What is shown is so; what is not shown is told by an error at its place. */
function checkRead({ data, errors = [] }: Answer, truth: Graph, tally: Tally): void {
  for (const { message, extensions } of errors) {
    tally.add(`errors[]: ${extensions?.code} ${message}`)
    expect(extensions?.code).toMatch(knownCode)
    expect(extensions?.code).not.toBe('INTERNAL_SERVER_ERROR')
  }
  if (errors.length === 0) tally.add('answer: whole')
  const { networks, servers } = data as unknown as Partial<Graph>
  const failed = (field: string) => errors.some(({ path }) => path?.[0] === field)
  if (networks === null) expect(failed('networks')).toBe(true)
  if (servers === null) expect(failed('servers')).toBe(true)
  const own = ({ name }: { name: string }) => !name.startsWith('chaos-')
  // A field that failed is null, and told; all others are as they have always been.
  if (networks && !failed('networks')) expect(networks.nodes.filter(own)).toEqual(truth.networks?.nodes)
  if (networks) expect(networks.nodes.filter(own).map(names)).toEqual(truth.networks?.nodes.map(names))
  if (servers && !failed('servers')) expect(servers.nodes).toEqual(truth.servers?.nodes)
  if (servers) expect(servers.nodes.map(names)).toEqual(truth.servers?.nodes.map(names))
}

const names = ({ name }: { name: string }) => name

function checkChange({ data, errors = [] }: Answer, tally: Tally): void {
  for (const { extensions, path } of errors) {
    // Below a success only, where something could not be read any more.
    expect([path?.length ?? 0, extensions?.code]).toEqual([expect.any(Number), expect.stringMatching(knownCode)])
    tally.add(`errors[] of a change: ${extensions?.code}`)
  }
  const type = (data?.it as { __typename: string } | null)?.__typename
  if (type === undefined) expect(errors.length).toBeGreaterThan(0)
  else expect(codes.has(type) || type.endsWith('Success')).toBe(true)
  tally.add(`change: ${type}`)
}

class Tally {
  readonly #counts = new Map<string, number>()
  readonly #slowest = new Map<string, number>()
  readonly #writes = new Map<string, number>()

  add(what: string): void {
    this.#counts.set(what, this.count(what) + 1)
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0
  }

  slowest(what: string, ms: number): void {
    this.#slowest.set(what, Math.max(this.#slowest.get(what) ?? 0, ms))
  }

  /** Takes over the cloud's log, which holds so many and no more. */
  drain(cloud: EmbeddedCloud): void {
    for (const { method, path, body } of cloud.requests) {
      this.add(`REST: ${method}`)
      if (method === 'GET') continue
      // Each name and each id is written once by whoever asks.
      const what = method === 'DELETE' ? path : (body as { network: { name: string } }).network.name
      this.#writes.set(what, (this.#writes.get(what) ?? 0) + 1)
    }
    cloud.clearRequests()
  }

  sentTwice(): string[] {
    return [...this.#writes].filter(([, times]) => times > 1).map(([what]) => what)
  }

  report(): string {
    const counts = [...this.#counts].sort(([a], [b]) => a.localeCompare(b)).map(([what, n]) => `${n} ${what}`)
    const slowest = [...this.#slowest].map(([what, ms]) => `slowest ${what}: ${ms.toFixed(0)} ms`)
    return [...counts, ...slowest, `changes sent: ${this.#writes.size}`].join('\n')
  }
}
