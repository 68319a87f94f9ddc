import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, createNetwork } from './rest.ts'

const answerOf = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')).answer

const HREF = /^https?:\/\/.*\/(?=(compute|image)\/)/

/** Keys and types alone, as deep as it goes; texts by their form where they have one. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]))
  if (typeof value !== 'string') return value === null ? null : typeof value
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/.test(value)) return 'time'
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(value)) return `mac ${value.slice(0, 5)}`
  if (/^(\d+\.){3}\d+(\/\d+)?$/.test(value)) return value.includes('/') ? 'subnet' : 'address'
  if (/^nic-\d+-\d+$/.test(value)) return `nic ${value.split('-')[2]}`
  return HREF.test(value) ? `link ${value.replace(HREF, '').replace(/[^/]+$/, '')}` : 'text'
}

async function cloudLikeTheFixtures() {
  const cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
  await createNetwork(cloud, { dhcp: true, cidr: '10.20.0.0/24', gateway: '10.20.0.254', name: 'db-tier' })
  await createNetwork(cloud)
  await connect(cloud, 142, '4')
  await connect(cloud, 141, '3')
  await connect(cloud, 142, '3')
  await connect(cloud, 141, '4')
  return cloud
}

it('shows a network as its documented answer has it', async () => {
  await using cloud = await cloudLikeTheFixtures()
  const { json } = await ask(cloud, 'GET /networks/3')
  expect(shape(json)).toEqual(shape(await answerOf('network')))
})

it('shows the nics of a server as its documented answer has it', async () => {
  await using cloud = await cloudLikeTheFixtures()
  const { json } = await ask(cloud, 'GET /servers/141/ips')
  const documented = JSON.parse(
    JSON.stringify(await answerOf('ips'))
      .replaceAll('"27":', '"3":')
      .replaceAll('"31":', '"4":'),
  )
  expect(shape(json)).toEqual(shape(documented))
})

it('shows a server with all documented fields and constants', async () => {
  await using cloud = await startEmbeddedCloud()
  const { json } = await ask(cloud, 'GET /servers/141')
  const documented = (await answerOf('server')) as { server: Record<string, unknown> }
  expect(shape(json)).toEqual(shape(documented))
  for (const key of [
    'hostId',
    'security_groups',
    'key_name',
    'config_drive',
    'accessIPv4',
    'accessIPv6',
    'diagnostics',
  ])
    expect([key, json.server[key]]).toEqual([key, documented.server[key]])
})

it('answers the making of a network with the values of the tutorial', async () => {
  await using cloud = await startEmbeddedCloud()
  const json = { network: { name: 'My Private Net', type: 'MAC_FILTERED', dhcp: false } }
  const made = await ask(cloud, 'POST /networks', { json })
  const { links, ...network } = made.json.network
  const user = { user_id: 'user-tutorial', tenant_id: 'user-tutorial' }
  const times = { created: expect.any(String), updated: expect.any(String) }
  const documented = (await answerOf('created-network')) as { network: object }
  expect(network).toEqual({ ...documented.network, ...user, ...times })
  expect(links).toHaveLength(2)
  expect(network.created < network.updated).toBe(true)
})

it('puts faults into the documented envelope', async () => {
  await using cloud = await startEmbeddedCloud()
  expect((await ask(cloud, 'GET /networks/99')).json).toEqual(await answerOf('fault'))
})
