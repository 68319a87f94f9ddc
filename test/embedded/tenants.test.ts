import { expect, it } from 'vitest'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, createNetwork, inShort } from './rest.ts'

const OTHER = { token: 'other-token' }

it('hides from a tenant what belongs to another', async () => {
  await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
  await createNetwork(cloud)
  for (const route of ['GET /networks/3', 'DELETE /networks/3', 'GET /servers/141/ips', 'DELETE /servers/141'])
    expect(inShort(await ask(cloud, route, OTHER))).toMatch(/^404 itemNotFound (Network|Server) not found\.$/)
  expect((await ask(cloud, 'GET /servers', OTHER)).json.servers).toMatchObject([{ id: 140 }])
  const { networks } = (await ask(cloud, 'GET /networks/detail', OTHER)).json
  expect(networks).toMatchObject([{ id: '1', attachments: ['nic-140-0'] }])
  expect(cloud.requests.map(({ tenant }) => tenant)).toContain('user-other')
})

it('makes a tenant of every unknown token when open, with servers of its own', async () => {
  await using cloud = await startEmbeddedCloud({ openTenants: true })
  const seen = new Set<string>()
  for (const token of ['a', 'b', 'a', 'c']) {
    const { servers } = (await ask(cloud, 'GET /servers/detail', { token })).json
    expect(servers).toHaveLength(2)
    expect(servers[0].attachments[0].ipv4).toMatch(/^10\.0\.0\.\d+$/)
    seen.add(servers.map(({ id }: { id: number }) => id).join())
  }
  expect([...seen]).toEqual(['143,144', '145,146', '147,148'])
  expect((await ask(cloud, 'GET /servers/143', { token: 'b' })).status).toBe(404)
})

it('gives a thing to another tenant without a word to the one who had it', async () => {
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') }
  await using cloud = await startEmbeddedCloud({ jobDelayMs: 0, clock: () => clock.now })
  await createNetwork(cloud)
  await connect(cloud, 141, '3')
  clock.now += 1000
  const since = `changes-since=${new Date(clock.now).toISOString()}`
  cloud.db.giveServer(141, 'user-other')
  const idsOf = async (list: string, asked = {}) => {
    const { status, json } = await ask(cloud, `GET /${list}`, asked)
    const [rows = []] = Object.values<{ id: number | string }[]>(json ?? {})
    return [status, ...rows.map(({ id }) => id)]
  }
  expect(await idsOf('servers/detail')).toEqual([200, 142])
  expect(await idsOf(`servers/detail?${since}`)).toEqual([304])
  expect(await idsOf(`networks/detail?${since}`)).toEqual([304])
  expect(await idsOf('servers/detail', OTHER)).toEqual([200, 140, 141])
  expect(await idsOf(`servers/detail?${since}`, OTHER)).toEqual([200, 141])
  expect((await ask(cloud, 'GET /servers/141', OTHER)).json.server.user_id).toBe('user-other')
  // Its nic is still on the network of the old owner, who no longer sees it.
  expect((await ask(cloud, 'GET /networks/3')).json.network.attachments).toEqual([])
  expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(421)
  cloud.db.giveNetwork('3', 'user-other')
  expect(await idsOf('networks')).toEqual([200, '1'])
  expect(await idsOf(`networks?${since}`)).toEqual([304])
  expect((await ask(cloud, 'GET /networks/3', OTHER)).json.network.attachments).toEqual(['nic-141-1'])
})

it('takes tokens of the starter, of which the first owns the seed', async () => {
  await using cloud = await startEmbeddedCloud({ tokens: { mine: 'me', yours: 'you' } })
  expect(cloud.token).toBe('mine')
  expect((await ask(cloud, 'GET /servers/141')).json.server.user_id).toBe('me')
  expect((await ask(cloud, 'GET /servers', { token: 'yours' })).json.servers).toMatchObject([{ id: 140 }])
})
