import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { delayed, hang } from '../../src/embedded/failures.ts'
import { Fault } from '../../src/embedded/faults.ts'
import { type EventStream, openEvents } from '../support/events.ts'
import { type GatewayOptions, startGateway, type TestGateway } from '../support/gateway.ts'
import { ChangesDocument, type ChangesSubscription } from '../support/generated/documents.ts'
import { metric, untilInFlight } from '../support/metrics.ts'
import { expectSilence } from '../support/polling.ts'

const ownerId = 'user-tutorial'
const other = { headers: { 'x-auth-token': 'other-token' } }
const lists = ['/servers/detail', '/networks/detail']

const open = (gateway: TestGateway, options: { headers?: Record<string, string>; signal?: AbortSignal } = {}) =>
  openEvents(gateway, ChangesDocument, options)

function rename({ db }: EmbeddedCloud, serverId: number, name: string) {
  db.server(serverId).name = name
  db.touch(db.server(serverId))
}

/** The next event, which must be that rename. */
async function expectRename(events: EventStream<ChangesSubscription>, serverId: number, name: string) {
  const [event] = await events.take(1)
  expect(event?.changes).toMatchObject({ __typename: 'ServerUpdated', server: { id: `Server:${serverId}`, name } })
}

const atLeast = (count: number, { calls }: EmbeddedCloud) => calls.arrived('*', count)

/** With each poll answered slowly, a second poller would get in between. */
function expectOnePoller(cloud: EmbeddedCloud, tenant: string) {
  const paths = cloud.requests.filter((request) => request.tenant === tenant).map(({ path }) => path)
  expect(paths.length).toBeGreaterThan(8)
  expect(paths).toEqual(paths.map((_path, at) => lists[at % 2]))
}

describe('polling', () => {
  it('is done once a token, however many subscribe, and each is told', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.failNext('GET *', delayed(5), 1000)
    const streams = await Promise.all([open(gateway), open(gateway), open(gateway)])
    await atLeast(16, cloud)
    rename(cloud, 141, 'x')
    for (const events of streams) await expectRename(events, 141, 'x')
    expectOnePoller(cloud, ownerId)
  })

  it('is done for each token, and nobody is told what another sees', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.failNext('GET *', delayed(5), 1000)
    const [mine, theirs] = await Promise.all([open(gateway), open(gateway, other)])
    rename(cloud, 141, 'mine')
    await expectRename(mine, 141, 'mine')
    rename(cloud, 140, 'theirs')
    await expectRename(theirs, 140, 'theirs')
    rename(cloud, 142, 'mine too')
    await expectRename(mine, 142, 'mine too')
    await atLeast(40, cloud)
    for (const tenant of [ownerId, 'user-other']) expectOnePoller(cloud, tenant)
  })

  it('asks for changes after the first look, and is told that there are none', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    await open(gateway)
    await atLeast(10, cloud)
    cloud.requests.slice(0, 9).forEach(({ path, query, status }, at) => {
      expect(path).toBe(lists[at % 2])
      expect(Object.keys(query)).toEqual(at < 2 ? [] : ['changes-since'])
      expect(status).toBe(at < 2 ? 200 : 304)
    })
  })

  it('stops when the last subscriber leaves, and begins anew with the next', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    const [first, second] = [await open(gateway), await open(gateway)]
    first.close()
    rename(cloud, 141, 'x')
    await expectRename(second, 141, 'x')
    second.close()
    await expectSilence(gateway, ownerId)

    rename(cloud, 141, 'unseen')
    await using third = await open(gateway)
    rename(cloud, 142, 'y')
    await expectRename(third, 142, 'y')
  })

  it('stops when the only subscriber leaves before the first look is there', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.calls.hold('GET /servers/detail', { times: 1 })
    const leave = new AbortController()
    const opening = open(gateway, { signal: leave.signal })
    await atLeast(1, cloud)
    leave.abort()
    await expect(opening).rejects.toThrow()
    await untilInFlight(gateway, 0)
    // That look is given up, and the other list not begun.
    const calls = 'cloudnet_rest_calls_in_flight'
    await expect.poll(() => metric(gateway, calls)).toEqual([`${calls} 0`])
    cloud.calls.release()
    await expectSilence(gateway, ownerId)
    const own = cloud.requests.filter(({ tenant }) => tenant === ownerId)
    expect(own.map(({ path }) => path)).toEqual(['/servers/detail'])
  })

  it('goes on for one who comes while the last other one leaves', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    const first = await open(gateway)
    cloud.clearRequests()
    cloud.calls.hold('GET *')
    await atLeast(1, cloud)
    const opening = open(gateway)
    await untilInFlight(gateway, 2) // the second waits for its first look; the first one leaves meanwhile
    first.close()
    await untilInFlight(gateway, 1)
    cloud.calls.release()
    await using second = await opening
    rename(cloud, 141, 'x')
    await expectRename(second, 141, 'x')
  })

  it('slows down while it is quiet, and is quick again after a change', async () => {
    await using gateway = await startGateway({ polls: { shortestMs: 20, longestMs: 60_000 } })
    const { cloud } = gateway
    await using events = await open(gateway)
    const looks = () =>
      cloud.requests.filter(({ path }) => path === '/servers/detail').map(({ startedAt }) => startedAt)
    await cloud.calls.arrived('GET /servers/detail', 9)
    const quiet = looks()
    quiet.slice(1).forEach((at, n) => {
      expect(at - (quiet[n] ?? 0)).toBeGreaterThanOrEqual(20 * 1.5 ** n - 2) // timers may end a little early
    })
    rename(cloud, 141, 'x')
    await expectRename(events, 141, 'x')
    const before = looks()
    // On a busy machine any one of them may come late.
    await cloud.calls.arrived('GET /servers/detail', before.length + 5)
    const next = looks().slice(before.length - 1)
    const pauses = next.slice(1).map((at, n) => at - (next[n] ?? 0))
    expect(Math.min(...pauses)).toBeLessThan((before.at(-1) ?? 0) - (before.at(-2) ?? 0))
  })
})

describe('the end of a stream', () => {
  const rejected = new Fault(401, 'fault', 'Invalid token')

  it('is an error when the token is no longer accepted, for all who subscribed with it', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    const streams = [await open(gateway), await open(gateway)]
    cloud.failNext('GET *', rejected)
    for (const events of streams) {
      expect((await events.next())?.errors?.[0]?.extensions).toMatchObject({
        code: 'UNAUTHENTICATED',
        fault: { status: 401 },
      })
      expect(await events.next()).toBeNull()
    }
    await expectSilence(gateway, ownerId)
  })

  it.each<[what: string, options: GatewayOptions, headers: Record<string, string>, calls: string[]]>([
    ['no token', { defaultToken: null }, {}, []],
    ['a token that the cloud does not know', {}, { 'x-auth-token': 'nobody' }, ['/servers/detail']],
  ])('is an error at once with %s', async (_what, options, headers, calls) => {
    await using gateway = await startGateway(options)
    await using events = await open(gateway, { headers })
    expect((await events.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await events.next()).toBeNull()
    expect(gateway.cloud.requests.map(({ path }) => path)).toEqual(calls)
  })

  it('leaves nothing behind: a token accepted again is watched again', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('GET *', rejected)
    await using refused = await open(gateway)
    expect((await refused.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    await using events = await open(gateway)
    rename(gateway.cloud, 141, 'x')
    await expectRename(events, 141, 'x')
  })

  it('leaves one poller when the first of two is refused', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.failNext('GET *', rejected)
    cloud.failNext('GET *', delayed(5), 1000)
    cloud.calls.hold('GET *')
    const openings = [open(gateway), open(gateway)] as const
    await untilInFlight(gateway, 2)
    cloud.calls.release()
    const [refused, second] = await Promise.all(openings)
    expect((await refused.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    const third = await open(gateway)
    await atLeast(30, cloud)
    rename(cloud, 141, 'x')
    for (const events of [second, third]) await expectRename(events, 141, 'x')
    expectOnePoller(cloud, ownerId)
  })

  it('tells all that one look shows, although it is more than a subscriber may leave unread', async () => {
    await using gateway = await startGateway({ cloud: { seed: { networks: 4, servers: 2600 } } })
    const { db } = gateway.cloud
    await using events = await open(gateway)
    for (const { id } of [...db.servers.ownedBy(ownerId)]) db.deleteServer(id)
    const told = await events.take(2600 * 4)
    const kinds = told.map(({ changes }) => changes.__typename)
    expect(kinds.filter((kind) => kind === 'NicDisconnected')).toHaveLength(2600 * 3)
    expect(kinds.filter((kind) => kind === 'ServerDeleted')).toHaveLength(2600)
  })

  it('comes with the client, even while the cloud hangs', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    const events = await open(gateway)
    cloud.failNext('GET *', hang())
    await cloud.calls.until(() => cloud.plannedFailures.length === 0)
    events.close()
    await expectSilence(gateway, ownerId)
  })
})
