import { describe, expect, it, vi } from 'vitest'
import { delayed, htmlAnswer } from '../../src/embedded/failures.ts'
import { Fault } from '../../src/embedded/faults.ts'
import type { EventStream } from '../support/events.ts'
import type { ChangesSubscription } from '../support/generated/documents.ts'
import { waitLong } from '../support/wait.ts'
import {
  expectRename,
  looks,
  other,
  ownerId,
  type Place,
  type Replica,
  rename,
  startPlace,
  untilLooks,
} from './replicas.ts'

/** Two replicas, with a subscriber each; the first one looks. */
async function twoSubscribed(place: Place) {
  const replicas = [await place.replica(), await place.replica()] as const
  const streams = [await replicas[0].subscribe(), await replicas[1].subscribe()] as const
  return { replicas, streams }
}

/** With each look answered slowly, a second one who looks at intervals would get in between. */
async function expectOneLooks({ cloud }: Place, tenant = ownerId) {
  cloud.failNext('GET *', delayed(5), 10_000)
  // Again, where somebody has looked because of what was told before.
  await vi.waitFor(async () => {
    cloud.clearRequests()
    await cloud.calls.until(() => looks(cloud, tenant).length > 10)
    const paths = cloud.requests.filter((request) => request.tenant === tenant).map(({ path }) => path)
    const [first] = paths
    const lists = ['/servers/detail', '/networks/detail']
    if (first === lists[1]) lists.reverse()
    expect(paths).toEqual(paths.map((_path, at) => lists[at % 2]))
  }, waitLong)
  cloud.clearFailures()
}

describe('two replicas that share a Redis', () => {
  it('tell their subscribers each change once, while only one of them looks at intervals', async () => {
    await using place = await startPlace()
    const { streams } = await twoSubscribed(place)
    await expectOneLooks(place)
    for (const name of ['a', 'b', 'c']) {
      rename(place.cloud, 141, name)
      for (const events of streams) await expectRename(events, 141, name)
    }
    for (const name of ['d', 'e', 'f', 'g']) rename(place.cloud, 142, name)
    for (const events of streams) await expectRename(events, 142, 'g')
    expect(looks(place.cloud).filter(({ query }) => !('changes-since' in query))).toEqual([])
    await expectOneLooks(place)
  })

  it('tell what happened right after each subscribed', async () => {
    await using place = await startPlace()
    const replicas = [await place.replica(), await place.replica()]
    for (const [at, replica] of [...replicas, ...replicas].entries()) {
      const events = await replica.subscribe()
      rename(place.cloud, 141, `subscribed ${at}`)
      await expectRename(events, 141, `subscribed ${at}`)
      if (at < 2) continue
      events.close()
    }
  })

  it('tell changes that leave no mark, which one has found by reading all', async () => {
    await using place = await startPlace()
    const start = Date.now()
    const secondsLater = (seconds: number) => vi.setSystemTime(start + seconds * 1000)
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const [leader, follower] = [await place.replica(), await place.replica()]
      await using first = await leader.subscribe()
      secondsLater(30)
      await using second = await follower.subscribe()
      place.cloud.db.server(141).name = 'unmarked'
      secondsLater(75) // for the leader it is time to read all, not for the follower
      for (const events of [first, second]) await expectRename(events, 141, 'unmarked')
    } finally {
      vi.useRealTimers()
    }
  })

  it('tell at once what is changed through one of them, whether or not somebody is subscribed there', async () => {
    await using place = await startPlace()
    const polls = { shortestMs: 600_000, longestMs: 600_000 }
    const [first, second] = [await place.replica({ polls }), await place.replica({ polls })]
    const write = ({ gateway }: Replica, name: string) =>
      gateway.run(`mutation { createNetwork(input: { name: "${name}" }) { __typename } }`)
    const expectCreated = async (events: EventStream<ChangesSubscription>, name: string) =>
      expect((await events.take(1))[0]?.changes).toMatchObject({ __typename: 'NetworkCreated', network: { name } })
    const there = await first.subscribe()
    await write(second, 'a')
    await expectCreated(there, 'a')
    const both = [there, await second.subscribe()]
    for (const [replica, name] of [
      [first, 'b'],
      [second, 'c'],
    ] as const) {
      await write(replica, name)
      for (const events of both) await expectCreated(events, name)
    }
  })

  it('tell each tenant what it sees, and nobody else', async () => {
    await using place = await startPlace()
    const { streams, replicas } = await twoSubscribed(place)
    const theirs = [await replicas[1].subscribe(other), await replicas[0].subscribe(other)]
    rename(place.cloud, 141, 'mine')
    for (const events of streams) await expectRename(events, 141, 'mine')
    rename(place.cloud, 140, 'theirs')
    for (const events of theirs) await expectRename(events, 140, 'theirs')
    rename(place.cloud, 142, 'mine too')
    for (const events of streams) await expectRename(events, 142, 'mine too')
    for (const tenant of [ownerId, 'user-other']) await expectOneLooks(place, tenant)
  })

  it('tell what Redis could not deliver', async () => {
    await using place = await startPlace()
    const { streams } = await twoSubscribed(place)
    const admin = place.redis.connect()
    for (const name of ['a', 'b', 'c', 'd']) {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      rename(place.cloud, 141, name)
      for (const events of streams) await expectRename(events, 141, name)
    }
    admin.disconnect()
  })

  it('go on when the one that looked has no subscriber left, or is stopped', async () => {
    await using place = await startPlace()
    const { streams, replicas } = await twoSubscribed(place)
    streams[0].close()
    rename(place.cloud, 141, 'after it has left')
    await expectRename(streams[1], 141, 'after it has left')
    const again = await replicas[0].subscribe()
    await expectOneLooks(place)
    await replicas[1][Symbol.asyncDispose]()
    rename(place.cloud, 141, 'after it was stopped')
    await expectRename(again, 141, 'after it was stopped')
  })

  it('tell, when one takes over, what it has seen and others have not', async () => {
    await using place = await startPlace()
    const slow = await place.replica({ polls: { shortestMs: 60_000, longestMs: 60_000 } })
    await using _looks = await slow.subscribe()
    const [next, last] = [await place.replica(), await place.replica({ beatMs: 1000 })]
    await using early = await last.subscribe()
    await using events = await next.subscribe()
    rename(place.cloud, 141, 'seen by the next alone')
    await using _late = await next.subscribe()
    await expectRename(events, 141, 'seen by the next alone')
    await slow[Symbol.asyncDispose]()
    await expectRename(early, 141, 'seen by the next alone')
  })

  it('all end the streams of a token that is no longer accepted', async () => {
    await using place = await startPlace()
    const { streams } = await twoSubscribed(place)
    place.cloud.failNext('GET *', new Fault(401, 'fault', 'Invalid token'), 2)
    for (const events of streams) {
      expect((await events.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await events.next()).toBeNull()
    }
  })

  it('wait out an outage of the cloud, then tell differences', async () => {
    await using place = await startPlace()
    const { streams } = await twoSubscribed(place)
    place.cloud.failNext('GET *', htmlAnswer(502), 30)
    rename(place.cloud, 141, 'passing')
    await place.cloud.calls.until(() => place.cloud.plannedFailures.length === 0)
    rename(place.cloud, 141, 'lasting')
    // What was passing may have been told, by a look in between.
    for (const events of streams) {
      const names: unknown[] = []
      while (names.at(-1) !== 'lasting') {
        const [event] = await events.take(1)
        names.push((event as { changes: { server: { name: string } } }).changes.server.name)
      }
      expect(names.filter((name) => name === 'lasting')).toHaveLength(1)
      expect(names.length).toBeLessThanOrEqual(2)
    }
    await expectOneLooks(place)
  })

  it('look once more for a follower that saw nothing when it subscribed', async () => {
    await using place = await startPlace()
    const [first, second] = [await place.replica(), await place.replica()]
    await using leader = await first.subscribe()
    await untilLooks(3, place.cloud)
    place.cloud.clearRequests()
    place.cloud.failNext('GET *', htmlAnswer(502), 6)
    await using follower = await second.subscribe()
    // Its own first look, which reads all.
    await place.cloud.calls.until((requests) =>
      requests.some(({ path, query, status }) => {
        return path === '/networks/detail' && status === 200 && !('changes-since' in query)
      }),
    )
    rename(place.cloud, 141, 'told to both')
    for (const events of [leader, follower]) await expectRename(events, 141, 'told to both')
  })
})
