import { expect, it, vi } from 'vitest'
import { openEvents } from '../support/events.ts'
import { ChangesDocument } from '../support/generated/documents.ts'
import { start } from '../support/process.ts'
import { waitLong } from '../support/wait.ts'
import { expectRename, looks, rename, startPlace, untilLooks } from './replicas.ts'

it('goes on when the process that looked is killed, and nothing is lost or told twice', async () => {
  await using place = await startPlace()
  const { cloud, redis } = place
  const env = { REDIS_URL: redis.url.href, CLOUD_URL: cloud.url, CLOUD_TOKEN: cloud.token }
  const [first, second] = [start([], env), start([], env)]
  const open = async (url: string) => openEvents({ url: url.replace('/graphql', '') }, ChangesDocument)
  await using doomed = await open(await first.url())
  await using events = await open(await second.url())
  rename(cloud, 141, 'told by the first')
  for (const stream of [doomed, events]) await expectRename(stream, 141, 'told by the first')
  expect(looks(cloud).filter(({ query }) => !('changes-since' in query))).toHaveLength(2) // the first of each

  first.child.kill('SIGKILL')
  await first.ended
  rename(cloud, 141, 'while nobody looked')
  await expectRename(events, 141, 'while nobody looked')
  rename(cloud, 142, 'by the second')
  await expectRename(events, 142, 'by the second')

  second.child.kill('SIGTERM')
  expect(await second.ended).toMatchObject({ code: 0, stderr: '' })
  // What it held, it has given back.
  const reader = redis.connect()
  expect((await reader.keys('*')).filter((key) => key.endsWith(':lease'))).toEqual([])
  reader.disconnect()
})

it('lets two workers of one process share it too', async () => {
  await using place = await startPlace()
  const { cloud, redis } = place
  const gateway = start([], { REDIS_URL: redis.url.href, CLOUD_URL: cloud.url, CLOUD_TOKEN: cloud.token, WORKERS: '2' })
  const url = (await gateway.url()).replace('/graphql', '')
  await vi.waitFor(() => expect(gateway.stdout().match(/GraphiQL at/g)).toHaveLength(2), waitLong)
  // Connections go to the workers in turn.
  const streams = [await openEvents({ url }, ChangesDocument), await openEvents({ url }, ChangesDocument)]
  await untilLooks(2, cloud)
  expect(looks(cloud).filter(({ query }) => !('changes-since' in query))).toHaveLength(2) // each worker's first
  cloud.clearRequests()
  await untilLooks(3, cloud)
  const at = looks(cloud).map(({ startedAt }) => startedAt)
  const pauses = at.slice(1).map((time, n) => time - (at[n] ?? 0))
  expect(Math.min(...pauses)).toBeGreaterThan(900) // the shortest interval is 1 s
  rename(cloud, 141, 'x')
  for (const events of streams) await expectRename(events, 141, 'x')
  for (const events of streams) events.close()
  gateway.child.kill('SIGTERM')
  expect(await gateway.ended).toMatchObject({ code: 0, stderr: '' })
  expect(gateway.stdout()).not.toContain('without REDIS_URL')
})
