import { expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, createNetwork, disconnect, inShort } from './rest.ts'

const START = Date.parse('2026-03-01T12:00:00.000Z')

/** A cloud whose clock is moved by hand. */
async function startClocked() {
  const clock = { now: START }
  const cloud = await startEmbeddedCloud({ clock: () => clock.now })
  return { cloud, clock, [Symbol.asyncDispose]: () => cloud.close() }
}

const since = (cloud: EmbeddedCloud, list: string, value: string) =>
  ask(cloud, `GET /${list}?changes-since=${encodeURIComponent(value)}`)

const iso = (time: number): string => new Date(time).toISOString()

it('refuses values without a zone, of the future, too old, or no time at all', async () => {
  await using setting = await startClocked()
  const invalid = '400 badRequest Invalid changes-since parameter.'
  const rows: [string, string][] = [
    ['2026-03-01T12:00:00', invalid],
    ['2026-03-01T12:00:00 00:00', invalid],
    ['1772366400', invalid],
    ['20260301120000', invalid],
    // As a year beyond what Python's dates can hold.
    ['2147483647', invalid],
    ['2147483648', '500 internalServerError Unexpected error'],
    ['99999999999999999999', '500 internalServerError Unexpected error'],
    ['yesterday', invalid],
    ['2026-03-01T12:00:00.001Z', '400 badRequest changes-since value set in the future.'],
    ['2026-03-01T10:59:59.999Z', '400 badRequest Too old changes-since value.'],
    ['2026-03-01T11:00:00Z', '304'],
    ['2026-03-01T13:00:00+02:00', '304'],
    ['2026-03-01T12:00:00.000000+00:00', '304'],
    ['', '200'],
  ]
  const given = []
  for (const [value] of rows) given.push([value, inShort(await since(setting.cloud, 'networks', value))])
  expect(given).toEqual(rows)
})

it('answers 304 with an empty body where nothing has changed, but never for images', async () => {
  await using setting = await startClocked()
  for (const list of ['networks', 'networks/detail', 'servers', 'servers/detail'])
    expect(await since(setting.cloud, list, iso(START))).toMatchObject({
      status: 304,
      text: '',
      reason: 'NOT MODIFIED',
    })
  expect(await since(setting.cloud, 'images', iso(START))).toMatchObject({ status: 200, json: { images: [] } })
  expect((await since(setting.cloud, 'flavors', 'nonsense')).status).toBe(200)
})

it('includes the bound itself and deleted things', async () => {
  await using setting = await startClocked()
  const { cloud, clock } = setting
  await createNetwork(cloud)
  clock.now += 1000
  await ask(cloud, 'DELETE /networks/3')
  const { json } = await since(cloud, 'networks/detail', iso(clock.now))
  expect(json.networks).toMatchObject([{ id: '3', status: 'DELETED', updated: '2026-03-01T12:00:01+00:00' }])
  expect((await ask(cloud, 'GET /networks')).json.networks).toHaveLength(1)
  clock.now += 1
  expect((await since(cloud, 'networks', iso(clock.now))).status).toBe(304)
})

it('sees what moves `updated`, and nothing else', async () => {
  await using setting = await startClocked()
  const { cloud, clock } = setting
  await createNetwork(cloud)
  await createNetwork(cloud)
  const changes = async (act: () => Promise<unknown>): Promise<string> => {
    clock.now += 1000
    await act()
    const ids: string[] = []
    for (const list of ['servers', 'networks']) {
      const { json } = await since(cloud, list, iso(clock.now))
      ids.push(...(json?.[list] ?? []).map(({ id }: { id: number | string }) => `${list[0]}${id}`))
    }
    return ids.join(' ')
  }
  const put = (path: string, json: unknown) => () => ask(cloud, `PUT /${path}`, { json })
  const act = (name: string) => () => ask(cloud, 'POST /servers/142/action', { json: { [name]: {} } })
  const settle = () => cloud.jobs.settle()
  cloud.jobs.hold()
  expect(await changes(put('networks/3', { network: { name: 'n' } }))).toBe('n3')
  expect(await changes(put('servers/141', { server: { name: 's' } }))).toBe('s141')
  expect(await changes(put('servers/141/metadata/a', { meta: { a: '1' } }))).toBe('s141')
  expect(await changes(act('shutdown'))).toBe('s142')
  expect(await changes(settle)).toBe('s142')
  expect(await changes(() => connect(cloud, 141, '3'))).toBe('')
  expect(await changes(settle)).toBe('s141 n1 n3')
  expect(await changes(() => connect(cloud, 141, '4'))).toBe('')
  expect(await changes(settle)).toBe('s141 n1 n3 n4')
  expect(await changes(() => disconnect(cloud, 'nic-141-1', '3'))).toBe('')
  expect(await changes(settle)).toBe('s141 n1 n3 n4')
  expect(await changes(() => ask(cloud, 'DELETE /networks/3'))).toBe('n3')
  expect(await changes(settle)).toBe('n3')
  expect(await changes(() => ask(cloud, 'DELETE /servers/142'))).toBe('s142')
  expect(await changes(settle)).toBe('s142 n1')
  cloud.jobs.failNext('connect')
  await connect(cloud, 141, '4')
  expect(await changes(settle)).toBe('s141')
})
