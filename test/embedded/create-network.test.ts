import { expect, it } from 'vitest'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, createNetwork, inShort } from './rest.ts'

it('keeps addresses exactly as they were sent', async () => {
  await using cloud = await startEmbeddedCloud()
  const cases: [sent: object, kept: object][] = [
    [{ cidr: '10.20.0.0/255.255.255.0', gateway: '10.20.0.254' }, {}],
    [{ cidr: '10.20.0.0/23', gateway: '10.20.0.0' }, {}],
    [{ cidr: '10.20.0.0/29', gateway: '10.20.0.7' }, {}],
    [{ gateway: '' }, {}],
    [{ cidr6: 'FD00::/64', gateway6: 'fd00::1' }, {}],
    [{ gateway6: 'anything' }, { cidr6: null }],
    [{ dhcp: 'false' }, { dhcp: true }],
    [{ dhcp: 0 }, { dhcp: false }],
    [{ dhcp: undefined }, { dhcp: true }],
    [
      { public: '', unknown: true },
      { public: false, unknown: undefined },
    ],
    [{ name: '' }, {}],
  ]
  for (const [sent, kept] of cases) {
    const id = await createNetwork(cloud, sent)
    const { network } = (await ask(cloud, `GET /networks/${id}`)).json
    for (const [key, value] of Object.entries({ ...sent, ...kept })) expect([key, network[key]]).toEqual([key, value])
  }
})

it('gives networks without a cidr the next free one of the tenant, on purpose', async () => {
  await using cloud = await startEmbeddedCloud()
  const cidrs = async () => {
    const { json } = await ask(cloud, 'GET /networks/detail')
    return json.networks.slice(1).map(({ cidr }: { cidr: string }) => cidr)
  }
  await createNetwork(cloud)
  await createNetwork(cloud, { cidr: '192.168.2.0/23' })
  await createNetwork(cloud)
  expect(await cidrs()).toEqual(['192.168.1.0/24', '192.168.2.0/23', '192.168.4.0/24'])
  await ask(cloud, 'DELETE /networks/3')
  await createNetwork(cloud)
  expect(await cidrs()).toEqual(['192.168.2.0/23', '192.168.4.0/24', '192.168.1.0/24'])
})

it('charges the quota with the request and returns it when the deletion has ended', async () => {
  await using cloud = await startEmbeddedCloud({ privateNetworkQuota: 2 })
  const create = async () =>
    inShort(await ask(cloud, 'POST /networks', { json: { network: { name: 'n', type: 'MAC_FILTERED' } } }))
  const full =
    "413 overLimit Resource Limit Exceeded for your account. (Limit for resource 'Private Network' exceeded for your account. Available: 0, Requested: 1)"
  expect([await create(), await create(), await create()]).toEqual(['202', '202', full])
  await ask(cloud, 'DELETE /networks/4')
  expect([await create(), await create()]).toEqual(['202', full])
  cloud.db.connect(141, 3)
  cloud.db.deleteServer(141)
  await ask(cloud, 'DELETE /networks/3')
  expect(await create()).toBe(full)
  await cloud.jobs.settle()
  expect(await create()).toBe('202')
})

it('takes MAC prefixes from a pool, the lowest first, and gives them back with the network', async () => {
  await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
  const prefixOf = (id: string) => cloud.db.network(id).macPrefix
  const ids = []
  for (let n = 0; n < 16; n++) ids.push(await createNetwork(cloud))
  expect([ids[0], ids[1], ids[14], ids[15]].map((id) => prefixOf(id ?? ''))).toEqual([
    'aa:00:1',
    'aa:00:2',
    'aa:00:f',
    'aa:01:0',
  ])
  await ask(cloud, 'DELETE /networks/4')
  expect(prefixOf(await createNetwork(cloud))).toBe('aa:00:2')
  cloud.db.macPrefixes.drain()
  const refused = await ask(cloud, 'POST /networks', { json: { network: { name: 'n', type: 'MAC_FILTERED' } } })
  expect(inShort(refused)).toBe('503 serviceUnavailable Failed to allocate network resources')
})

it('makes a network that was never connected disappear at once, and any other later', async () => {
  await using cloud = await startEmbeddedCloud()
  await createNetwork(cloud)
  await createNetwork(cloud)
  await ask(cloud, 'DELETE /networks/3')
  expect((await ask(cloud, 'GET /networks/3')).json.network.status).toBe('DELETED')
  cloud.db.connect(141, 4)
  cloud.db.deleteServer(141)
  for (let n = 0; n < 2; n++) expect((await ask(cloud, 'DELETE /networks/4')).status).toBe(204)
  expect((await ask(cloud, 'PUT /networks/4', { json: { network: { name: 'late' } } })).status).toBe(204)
  expect((await ask(cloud, 'GET /networks/4')).json.network).toMatchObject({ status: 'ACTIVE', name: 'late' })
  await cloud.jobs.settle()
  expect((await ask(cloud, 'GET /networks/4')).json.network.status).toBe('DELETED')
})
