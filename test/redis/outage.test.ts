import { describe, expect, it, vi } from 'vitest'
import { waitLong } from '../support/wait.ts'
import { expectRename, looks, other, rename, startPlace, untilLooks } from './replicas.ts'

const texts = (logged: readonly string[]) => logged.map((text) => text.replace(/127\S+/, 'HOST'))
const away = expect.stringMatching(/^Redis at HOST does not answer, so this process works as if alone: ./)
const back = 'Redis at HOST answers again'

describe('while Redis is away', () => {
  it.each<[what: string, goes: 'stop' | 'freeze', comes: 'start' | 'thaw']>([
    ['gone', 'stop', 'start'],
    ['hanging', 'freeze', 'thaw'],
  ])('(%s) and when it is back, each replica tells each change once', async (_what, goes, comes) => {
    await using place = await startPlace()
    const replicas = [await place.replica(), await place.replica()]
    const streams = await Promise.all(replicas.map((replica) => replica.subscribe()))
    const tell = async (name: string) => {
      rename(place.cloud, 141, name)
      for (const events of streams) await expectRename(events, 141, name)
    }
    for (const round of [1, 2]) {
      await tell(`before ${round}`)
      await place.redis[goes]()
      await tell(`as it goes ${round}`)
      for (const { logged } of replicas) await vi.waitFor(() => expect(logged).toHaveLength(round * 2 - 1), waitLong)
      await tell(`away ${round}`)
      streams.push(...(await Promise.all(replicas.map((replica) => replica.subscribe()))))
      await tell(`away, and subscribed ${round}`)
      await place.redis[comes]()
      await tell(`as it comes ${round}`)
      for (const { logged } of replicas) await vi.waitFor(() => expect(logged).toHaveLength(round * 2), waitLong)
      await tell(`back ${round}`)
      await untilLooks(looks(place.cloud).length + 10, place.cloud)
      await tell(`back for a while ${round}`)
    }
    for (const { logged } of replicas) expect(texts(logged)).toEqual([away, back, away, back])
  })

  it('a replica starts, says so without the password, and joins the others later', async () => {
    await using place = await startPlace()
    await place.redis.stop()
    const replicas = [await place.replica(), await place.replica()]
    const streams = await Promise.all(replicas.map((replica) => replica.subscribe(other)))
    rename(place.cloud, 140, 'away')
    for (const events of streams) await expectRename(events, 140, 'away')
    await place.redis.start()
    for (const { logged } of replicas) await vi.waitFor(() => expect(texts(logged)).toEqual([away, back]), waitLong)
    rename(place.cloud, 140, 'back')
    for (const events of streams) await expectRename(events, 140, 'back')
    for (const { logged } of replicas) expect(logged.join()).not.toContain('password')
  })

  it('what it has lost is made anew', async () => {
    await using place = await startPlace()
    const replicas = [await place.replica(), await place.replica()]
    const streams = await Promise.all(replicas.map((replica) => replica.subscribe()))
    const admin = place.redis.connect()
    for (const name of ['a', 'b', 'c', 'd']) {
      await admin.flushall()
      rename(place.cloud, 141, name)
      for (const events of streams) await expectRename(events, 141, name)
    }
    admin.disconnect()
  })

  it('a wrong password is an outage, and is not said', async () => {
    await using place = await startPlace()
    const { password } = place.redis.url
    place.redis.url.password = 'wrong-secret'
    const replica = await place.replica()
    place.redis.url.password = password
    expect(replica.logged.join()).toMatch(/WRONGPASS|NOAUTH/)
    expect(replica.logged.join()).not.toContain('wrong-secret')
    await using events = await replica.subscribe()
    rename(place.cloud, 141, 'x')
    await expectRename(events, 141, 'x')
  })
})
