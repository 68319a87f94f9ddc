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
import { type Fault, itemNotFound, serviceUnavailable, unexpectedError } from '../../src/embedded/faults.ts'
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
/** Seen at the one look. A network that fits may be anybody's. */
const seen = { ...all('success'), create: 'UNKNOWN' } as const

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

type Row = [what: string, Failure | Fault, Record<Name, Outcome>, GatewayOptions?]

const envelope = serviceUnavailable('Failed to allocate network resources')
const REFUSAL = { badRequest: { code: 400, message: 'Malformed request.', details: '' } }

const rows: Row[] = [
  ['a reset before it', reset(), all('UNKNOWN')],
  ['a reset after it', resetAfterwards(), seen],
  ['an answer cut off after it', cut(), seen],
  ["a proxy's 502 before it", htmlAnswer(502), all('UNKNOWN')],
  ["a proxy's 502 after it", afterwards(htmlAnswer(502)), seen],
  ['an empty 503 before it', answer(503), all('UNKNOWN')],
  ['an empty 503 after it', afterwards(answer(503)), seen],
  ["a proxy's 503 in JSON before it", jsonAnswer({ message: 'no backend' }, 503), all('UNKNOWN')],
  [
    "a proxy's 503 that looks like a fault",
    jsonAnswer({ error: { code: 503, message: 'no upstream' } }, 503),
    all('UNKNOWN'),
  ],
  ["the cloud's own 503", envelope, all('NOT_APPLIED')],
  ['a 504 before it', htmlAnswer(504), all('UNKNOWN')],
  ["a 504 that looks like the cloud's own refusal, after it", afterwards(jsonAnswer(REFUSAL, 504)), seen],
  ["a 502 that looks like the cloud's own refusal, before it", jsonAnswer(REFUSAL, 502), all('UNKNOWN')],
  ["the cloud's own 500 before it", unexpectedError(), all('UNKNOWN')],
  ["the cloud's own 500 after it", afterwards(unexpectedError()), seen],
  ['no answer in time, and nothing done', hang(), all('UNKNOWN'), { limits: { timeoutMs: ONLY_HELD_MS } }],
  ['no answer in time after it', afterwards(hang()), seen, { limits: { timeoutMs: ONLY_HELD_MS } }],
  ['a page with status 200 before it, as of a captive portal', htmlAnswer(200, 'Log in'), all('UNKNOWN')],
]

describe('a change', () => {
  // Side by side: some wait for a limit of time, once for each change.
  it.concurrent.each(rows)(
    'met by %s ends as it should and is never sent twice',
    async (_what, failure, expected, more) => {
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
      const unknown = names.filter((name) => expected[name] === 'UNKNOWN')
      expect(looked).toEqual(unknown.map((name) => changes[name].look.route))
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

  it.each(['create', 'rename'] as const)(
    'that the cloud carries out after the time-out is unknown, not refused: %s',
    async (name) => {
      await using gateway = await start({ limits: { timeoutMs: ONLY_HELD_MS } })
      const { calls, db } = gateway.cloud
      const { route } = changes[name]
      calls.hold(route)
      expect(outcomeOf(name, await change(gateway, name))).toBe('UNKNOWN')
      calls.release(route)
      await calls.ended(route)
      expect(db.networksSeenBy('user-tutorial').map((network) => network.name)).toContain('new')
    },
  )

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

describe('deleteNetwork', () => {
  it.each([
    ['a stranger’s', 0],
    ['one that never was', 99_999],
  ])('is not told as made of %s network, though that is not to be seen', async (_whose, id) => {
    await using gateway = await start()
    const { cloud } = gateway
    const networkId = id || cloud.db.addNetwork({ ownerId: 'user-other' }).id
    for (const failure of [reset(), htmlAnswer(504), resetAfterwards()]) {
      cloud.failNext('DELETE /networks/:id', failure)
      const { data } = await gateway.run<{ told: object }, object>(
        `mutation { told: deleteNetwork(input: { networkId: ${networkId} }) { ... on CloudUnavailableError { outcome } } }`,
      )
      expect(data?.told).toEqual({ outcome: 'UNKNOWN' })
    }
  })
})

describe('renameNetwork', () => {
  it.each([
    ['nothing, as one that was made', answer(204)],
    ['an empty object', jsonAnswer({})],
    ['words of somebody else’s', jsonAnswer({ error: 'please log in' })],
    ['null', jsonAnswer(null)],
  ])('is unknown while the old name shows, when it is answered with %s', async (_what, failure) => {
    await using gateway = await start()
    gateway.cloud.failNext('PUT /networks/:id', failure)
    expect(await change(gateway, 'rename')).toMatchObject({ outcome: 'UNKNOWN' })
  })
})

describe('createNetwork', () => {
  const CREATE = `mutation { createNetwork(input: { name: "new" }) {
    __typename
    ... on CreateNetworkSuccess { network { networkId } }
    ... on CloudUnavailableError { outcome message hints candidates { networkId name cidr } }
  } }`

  /** What is told of a create that ended so, after `meanwhile` has happened in the cloud. */
  async function create({ cloud, run }: TestGateway, failure: Failure, meanwhile: () => void = () => {}) {
    cloud.failNext('POST /networks', failure)
    cloud.calls.hold('GET /networks/detail', { times: 1 })
    const told = run<{ createNetwork: object }, object>(CREATE)
    await cloud.calls.arrived('GET /networks/detail')
    meanwhile()
    cloud.calls.release()
    cloud.clearRequests()
    return (await told).data?.createNetwork
  }

  it.each([
    ['a reset', reset()],
    ['no JSON', invalidJson(202)],
    ['another shape', jsonAnswer({ network: { id: 5, name: 'new' } }, 202)],
    ['nothing', answer(202)],
  ])('answered with %s is unknown, with the networks that fit', async (_what, failure) => {
    await using gateway = await start()
    const cidr = expect.any(String)
    expect(await create(gateway, failure)).toMatchObject({ outcome: 'UNKNOWN', candidates: [] })
    expect(await create(gateway, afterwards(failure))).toMatchObject({
      outcome: 'UNKNOWN',
      candidates: [{ networkId: '5', name: 'new', cidr }],
    })
  })

  it('never tells a network that somebody else has made as its own, however young it looks', async () => {
    await using gateway = await start()
    const { db } = gateway.cloud
    const meanwhile = () => {
      db.addNetwork({ ownerId: 'user-tutorial', name: 'new' })
      db.addNetwork({ ownerId: 'user-tutorial', name: 'new' })
      db.addNetwork({ ownerId: 'user-tutorial', name: 'another' })
      db.addNetwork({ ownerId: 'user-other', name: 'new' })
    }
    const told = await create(gateway, reset(), meanwhile)
    const hint =
      '{ nodes(ids: ["Network:6", "Network:5"]) { ... on Network { networkId name createdAt cidr status } } }'
    expect(told).toEqual({
      __typename: 'CloudUnavailableError',
      outcome: 'UNKNOWN',
      message: expect.stringMatching(/ The network may be one of these: 6, 5\.$/),
      hints: expect.arrayContaining([hint]),
      candidates: [
        { networkId: '6', name: 'new', cidr: '10.77.0.0/24' },
        { networkId: '5', name: 'new', cidr: '10.77.0.0/24' },
      ],
    })
    const { data, errors } = await gateway.run<{ nodes: { networkId: string }[] }, object>(hint)
    expect(errors).toBeUndefined()
    expect(data?.nodes.map(({ networkId }) => networkId)).toEqual(['6', '5'])
  })

  it('does not count what another answer has told as its own among the networks that fit', async () => {
    await using gateway = await start()
    const { data } = await gateway.run<{ createNetwork: object }, object>(CREATE)
    expect(data?.createNetwork).toMatchObject({ network: { networkId: '5' } })
    expect(await create(gateway, reset())).toMatchObject({ outcome: 'UNKNOWN', candidates: [] })
  })

  it.each([
    ['a 403', answer(403), 403],
    ['a 401', answer(401), 401],
    ['no such network', itemNotFound('Network not found.'), 404],
  ])(
    'of a network that is not active at once is never told as not made, when looking at it meets %s',
    async (...row) => {
      const [_what, failure, status] = row
      await using gateway = await start()
      const { cloud } = gateway
      const pending = {
        ...{
          id: '5',
          name: 'new',
          type: 'MAC_FILTERED',
          status: 'PENDING',
          public: false,
          dhcp: false,
          attachments: [],
        },
        ...{ cidr: null, cidr6: null, gateway: null, gateway6: null, created: null, updated: null, user_id: null },
        ...{ tenant_id: null, links: [] },
      }
      cloud.failNext('POST /networks', jsonAnswer({ network: pending }, 202))
      cloud.failNext('GET /networks/:id', failure)
      expect(await change(gateway, 'create')).toMatchObject({ outcome: 'UNKNOWN', fault: { status } })
    },
  )

  it('names no networks when they cannot be read', async () => {
    await using gateway = await start()
    gateway.cloud.failNext('GET /networks/detail', htmlAnswer(502))
    expect(await create(gateway, reset())).toMatchObject({ outcome: 'UNKNOWN', candidates: null })
  })
})
