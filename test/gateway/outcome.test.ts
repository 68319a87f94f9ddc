import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  afterwards,
  answer,
  cut,
  delayed,
  type Failure,
  hang,
  htmlAnswer,
  invalidJson,
  jsonAnswer,
  reset,
  resetAfterwards,
} from '../../src/embedded/failures.ts'
import { type Fault, serviceUnavailable, unexpectedError } from '../../src/embedded/faults.ts'
import { type GatewayOptions, startGateway, type TestGateway } from '../support/gateway.ts'
import { ONLY_HELD_MS } from '../support/wait.ts'

type Name = 'create' | 'rename' | 'delete' | 'connect' | 'disconnect'
type Outcome = 'success' | 'NOT_APPLIED' | 'UNKNOWN'

interface Change {
  readonly route: string
  readonly field: string
  readonly success: object
  /** The read that finds out what became of it, and what else of that route comes before. */
  readonly look: { readonly route: string; readonly after: number }
}

const state = 'COMPLETED'
const changes: Readonly<Record<Name, Change>> = {
  create: {
    route: 'POST /networks',
    field: 'createNetwork(input: { name: "new" }) { ... on CreateNetworkSuccess { network { networkId name } state }',
    success: { network: { networkId: '5', name: 'new' }, state },
    look: { route: 'GET /networks/detail', after: 0 },
  },
  rename: {
    route: 'PUT /networks/:id',
    field: 'renameNetwork(input: { networkId: 3, name: "new" }) { ... on RenameNetworkSuccess { network { name } }',
    success: { network: { name: 'new' } },
    look: { route: 'GET /networks/:id', after: 0 },
  },
  delete: {
    route: 'DELETE /networks/:id',
    field:
      'deleteNetwork(input: { networkId: 4, waitUntil: ACCEPTED }) { ... on DeleteNetworkSuccess { deletedId state }',
    success: { deletedId: 'Network:4', state },
    look: { route: 'GET /networks/:id', after: 0 },
  },
  connect: {
    route: 'POST /networks/:id/action',
    field: `connectServer(input: { serverId: 142, networkId: 3, waitUntil: ACCEPTED }) {
      ... on ConnectServerSuccess { nic { nicId } state }`,
    success: { nic: { nicId: 'nic-142-1' }, state },
    look: { route: 'GET /servers/:id', after: 1 },
  },
  disconnect: {
    route: 'POST /networks/:id/action',
    field: `disconnectNic(input: { nicId: "nic-141-1", waitUntil: ACCEPTED }) {
      ... on DisconnectNicSuccess { nicId renamed { from } state }`,
    success: { nicId: 'nic-141-1', renamed: [], state },
    look: { route: 'GET /servers/:id', after: 0 },
  },
}
const names = Object.keys(changes) as Name[]

const all = (outcome: Outcome) => Object.fromEntries(names.map((name) => [name, outcome])) as Record<Name, Outcome>
/** Not to be seen at the one look: not done, where the cloud does it in the request itself. */
const notSeen = { ...all('UNKNOWN'), create: 'NOT_APPLIED', rename: 'NOT_APPLIED' } as const

/** Network 3 with server 141 on it, 4 that never had one. */
async function start(options: GatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startGateway(options)
  const { db } = gateway.cloud
  db.addNetwork({ ownerId: 'user-tutorial' })
  db.addNetwork({ ownerId: 'user-tutorial' })
  db.connect(141, 3)
  return gateway
}

async function change({ run }: TestGateway, name: Name) {
  const failure = '... on CloudUnavailableError { code message outcome fault { status name } }'
  const { data, errors } = await run<{ done: Record<string, unknown> }, object>(
    `mutation { done: ${changes[name].field} ${failure} ... on Error { code } } }`,
  )
  expect(errors).toBeUndefined()
  return data?.done ?? {}
}

/** What is said of it; a success that is not the one expected is told whole. */
function outcomeOf(name: Name, done: Record<string, unknown>): unknown {
  if (done.code !== undefined) return done.outcome ?? done.code
  return isDeepStrictEqual({ ...done }, changes[name].success) ? 'success' : done
}

const isWrite = ({ method }: { method: string }) => method !== 'GET'

type Row = [what: string, Failure | Fault, Record<Name, Outcome>, looks: number, GatewayOptions?]

const envelope = serviceUnavailable('Failed to allocate network resources')
const rows: Row[] = [
  ['a reset before it', reset(), notSeen, 1],
  ['a reset after it', resetAfterwards(), all('success'), 1],
  ['an answer cut off after it', cut(), all('success'), 0],
  ["a proxy's 502 before it", htmlAnswer(502), notSeen, 1],
  ["a proxy's 502 after it", afterwards(htmlAnswer(502)), all('success'), 1],
  ['an empty 503 before it', answer(503), notSeen, 1],
  ['an empty 503 after it', afterwards(answer(503)), all('success'), 1],
  ["a proxy's 503 in JSON before it", jsonAnswer({ message: 'no backend' }, 503), notSeen, 1],
  [
    "a proxy's 503 that looks like a fault",
    jsonAnswer({ error: { code: 503, message: 'no upstream' } }, 503),
    notSeen,
    1,
  ],
  ["the cloud's own 503", envelope, all('NOT_APPLIED'), 0],
  ['a 504 before it', htmlAnswer(504), notSeen, 1],
  ["the cloud's own 500 before it", unexpectedError(), notSeen, 1],
  ["the cloud's own 500 after it", afterwards(unexpectedError()), all('success'), 1],
  ['no answer in time, and nothing done', hang(), notSeen, 1, { limits: { timeoutMs: ONLY_HELD_MS } }],
  ['no answer in time after it', afterwards(hang()), all('success'), 1, { limits: { timeoutMs: ONLY_HELD_MS } }],
  ['a page with status 200 before it, as of a captive portal', htmlAnswer(200, 'Log in'), notSeen, 1],
]

describe('a change', () => {
  // Side by side: some wait for a limit of time, once for each change.
  it.concurrent.each(rows)(
    'met by %s ends as it should and is never sent twice',
    async (_what, failure, expected, looks, more) => {
      await using gateway = await start(more)
      const { cloud } = gateway
      const told: Record<string, unknown> = {}
      const looked: string[] = []
      for (const name of names) {
        cloud.failNext(changes[name].route, failure)
        cloud.clearRequests()
        told[name] = outcomeOf(name, await change(gateway, name))
        const routes = cloud.requests.map(({ route }) => route ?? '')
        expect(cloud.requests.filter(isWrite).map(({ route }) => route)).toEqual([changes[name].route])
        if (expected[name] !== 'success') looked.push(...routes.slice(routes.indexOf(changes[name].route) + 1))
      }
      expect(told).toEqual(expected)
      const refused = names.filter((name) => expected[name] !== 'success')
      expect(looked).toEqual(refused.flatMap((name) => Array(looks).fill(changes[name].look.route)))
    },
  )

  it('stays unknown when the look fails too, and says what the change itself met', async () => {
    await using gateway = await start()
    const { cloud } = gateway
    for (const name of names) {
      const { route, look } = changes[name]
      cloud.failNext(route, afterwards(htmlAnswer(502)))
      if (look.after) cloud.failNext(look.route, delayed(0), look.after)
      cloud.failNext(look.route, unexpectedError())
      cloud.clearRequests()
      const message = 'The cloud answered 502.'
      const fault = { status: 502, name: null }
      expect(await change(gateway, name)).toEqual({ code: 'CLOUD_UNAVAILABLE', message, outcome: 'UNKNOWN', fault })
      expect(cloud.plannedFailures).toEqual([])
      expect(cloud.requests.filter(isWrite)).toHaveLength(1)
    }
  })

  it('stays unknown while the job of a change that got through is not done', async () => {
    await using gateway = await start()
    const { cloud } = gateway
    cloud.jobs.hold()
    cloud.db.network(4).everConnected = true
    for (const name of ['delete', 'connect', 'disconnect'] as const) {
      cloud.failNext(changes[name].route, resetAfterwards())
      expect(await change(gateway, name)).toMatchObject({ code: 'CLOUD_UNAVAILABLE', outcome: 'UNKNOWN', fault: null })
    }
    expect(cloud.requests.filter(isWrite)).toHaveLength(3)
  })

  it('is not applied when the cloud cannot be reached', async () => {
    await using gateway = await start()
    await gateway.cloud.close()
    for (const name of names) {
      const message = 'The cloud cannot be reached (ECONNREFUSED).'
      const outcome = 'NOT_APPLIED'
      expect(await change(gateway, name)).toEqual({ code: 'CLOUD_UNAVAILABLE', message, outcome, fault: null })
    }
  })

  // Side by side: a look is made up for until the deadline, which is a second.
  it.concurrent.each([
    ['is reset', reset()],
    ['meets a 502', htmlAnswer(502)],
    ['meets a 500', unexpectedError()],
    ['meets another shape', jsonAnswer({})],
  ])('is not applied, and not sent, when the look before it %s', async (_what, failure) => {
    await using gateway = await start()
    const { cloud } = gateway
    const told: unknown[] = []
    for (const [name, read] of [
      ['connect', 'GET /servers/:id'],
      ['disconnect', 'GET /servers/:id/ips'],
      ['disconnect', 'GET /networks/:id'],
    ] as const) {
      cloud.failNext(read, failure, 10_000)
      told.push(outcomeOf(name, await change(gateway, name)))
      cloud.clearFailures()
    }
    expect(told).toEqual(['NOT_APPLIED', 'NOT_APPLIED', 'NOT_APPLIED'])
    expect(cloud.requests.filter(isWrite)).toEqual([])
  })

  it.each([
    ['502', htmlAnswer(502)],
    ['429', answer(429)],
    ['401', answer(401)],
    ['403', answer(403)],
  ])('that was accepted is unknown, not refused, when reading it back meets %s', async (_status, failure) => {
    await using gateway = await start()
    const { cloud } = gateway
    const told: Record<string, unknown> = {}
    for (const name of ['rename', 'delete', 'connect', 'disconnect'] as const) {
      const { look } = changes[name]
      if (look.after) cloud.failNext(look.route, delayed(0), look.after)
      cloud.failNext(look.route, failure)
      told[name] = outcomeOf(name, await change(gateway, name))
      cloud.clearFailures()
    }
    const unknown = 'UNKNOWN'
    expect(told).toEqual({ rename: unknown, delete: unknown, connect: unknown, disconnect: unknown })
  })
})

describe('createNetwork', () => {
  it.each([
    ['no JSON', invalidJson(202)],
    ['another shape', jsonAnswer({ network: { id: 5, name: 'new' } }, 202)],
    ['nothing', answer(202)],
  ])('answered with %s looks for the network, which is the success, or not applied', async (_what, failure) => {
    await using gateway = await start()
    const { cloud } = gateway
    cloud.failNext('POST /networks', failure)
    expect(await change(gateway, 'create')).toMatchObject({ outcome: 'NOT_APPLIED', fault: null })
    cloud.failNext('POST /networks', afterwards(failure))
    expect(outcomeOf('create', await change(gateway, 'create'))).toBe('success')
    expect(cloud.requests.map(({ route }) => route)).toEqual(
      Array(2).fill(['POST /networks', 'GET /networks/detail']).flat(),
    )
  })

  it('never takes a network of the same name that was there before for the one that was not made', async () => {
    await using gateway = await start()
    expect(outcomeOf('create', await change(gateway, 'create'))).toBe('success')
    gateway.cloud.failNext('POST /networks', reset())
    expect(await change(gateway, 'create')).toMatchObject({ code: 'CLOUD_UNAVAILABLE' })
  })
})
