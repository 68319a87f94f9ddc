import { expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, createNetwork, inShort } from './rest.ts'

const act = (cloud: EmbeddedCloud, json: unknown) => ask(cloud, 'POST /servers/141/action', { json })
const statusOf = async (cloud: EmbeddedCloud, id = 141): Promise<string> =>
  (await ask(cloud, `GET /servers/${id}`)).json.server.status

it('stops, starts and reboots a server when the job is run', async () => {
  await using cloud = await startEmbeddedCloud({ jobDelayMs: 60_000 })
  expect(await act(cloud, { shutdown: {} })).toMatchObject({ status: 202, text: '' })
  expect(await statusOf(cloud)).toBe('ACTIVE')
  await cloud.jobs.settle()
  expect(await statusOf(cloud)).toBe('STOPPED')
  expect((await act(cloud, { start: {} })).status).toBe(202)
  await cloud.jobs.settle()
  expect(await statusOf(cloud)).toBe('ACTIVE')
  expect((await act(cloud, { reboot: { type: 'HARD' } })).status).toBe(202)
  expect(await statusOf(cloud)).toBe('REBOOT')
  await cloud.jobs.settle()
  expect(await statusOf(cloud)).toBe('ACTIVE')
})

it('runs the jobs of one server one after another, as they came', async () => {
  await using cloud = await startEmbeddedCloud()
  cloud.jobs.hold()
  for (const name of ['shutdown', 'start', 'shutdown']) await act(cloud, { [name]: {} })
  await createNetwork(cloud)
  await connect(cloud, 141, '3')
  expect(cloud.jobs.pending).toBe(6)
  expect(await statusOf(cloud)).toBe('ACTIVE')
  await cloud.jobs.settle()
  expect(cloud.jobs.pending).toBe(0)
  expect(await statusOf(cloud)).toBe('STOPPED')
  expect(cloud.db.server(141).nics).toHaveLength(2)
})

it('goes on by itself after a delay, and after held jobs are released', async () => {
  let asked = 0
  await using cloud = await startEmbeddedCloud({ jobDelayMs: () => ++asked })
  cloud.jobs.hold()
  await act(cloud, { shutdown: {} })
  await act(cloud, { start: {} })
  expect(asked).toBe(0)
  cloud.jobs.release()
  while (cloud.jobs.pending > 0) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(asked).toBe(2)
  expect(await statusOf(cloud)).toBe('ACTIVE')
})

it('opens a console at once', async () => {
  await using cloud = await startEmbeddedCloud()
  expect(await act(cloud, { console: { type: 'vnc' } })).toMatchObject({
    status: 200,
    json: { console: { type: 'vnc', host: '127.0.0.1', port: expect.any(Number), password: expect.any(String) } },
  })
})

it('deletes a server when the job ends, with its nics, and shows it still', async () => {
  await using cloud = await startEmbeddedCloud()
  expect((await ask(cloud, 'DELETE /servers/141')).status).toBe(204)
  expect(await statusOf(cloud)).toBe('ACTIVE')
  await cloud.jobs.settle()
  const { server } = (await ask(cloud, 'GET /servers/141')).json
  expect(server).toMatchObject({ status: 'DELETED', attachments: [], addresses: {} })
  expect((await ask(cloud, 'GET /servers')).json.servers).toMatchObject([{ id: 142 }])
  expect((await ask(cloud, 'GET /networks/1')).json.network.attachments).toEqual(['nic-142-0'])
})

it('makes a server with one nic on the public network', async () => {
  await using cloud = await startEmbeddedCloud()
  const [image] = (await ask(cloud, 'GET /images')).json.images
  const json = { server: { name: 'new', imageRef: image.id, flavorRef: '2', metadata: { a: '1' } } }
  const made = await ask(cloud, 'POST /servers', { json })
  expect(made).toMatchObject({
    status: 202,
    json: { server: { id: 143, status: 'BUILD', progress: 0, attachments: [], adminPass: expect.any(String) } },
  })
  expect((await ask(cloud, 'GET /servers/143/ips')).json.attachments).toMatchObject([
    { ipv4: '10.0.0.4', mac_address: null },
  ])
  await cloud.jobs.settle()
  const { server } = (await ask(cloud, 'GET /servers/143')).json
  expect(server).toMatchObject({ status: 'ACTIVE', progress: 100, metadata: { a: '1' }, flavor: { id: 2 } })
  expect(server.attachments).toMatchObject([{ id: 'nic-143-0', ipv4: '10.0.0.4' }])
  expect(server).not.toHaveProperty('adminPass')
  cloud.jobs.failNext('create')
  await ask(cloud, 'POST /servers', { json })
  await cloud.jobs.settle()
  expect(await statusOf(cloud, 144)).toBe('ERROR')
  cloud.db.fillNetwork(1)
  expect(inShort(await ask(cloud, 'POST /servers', { json }))).toBe(
    '413 overLimit Can not allocate IP for new machine. Public networks are full.',
  )
})

it('keeps metadata', async () => {
  await using cloud = await startEmbeddedCloud()
  const at = '/servers/142/metadata'
  const merged = await ask(cloud, `POST ${at}`, { json: { metadata: { role: 'web', n: 7 } } })
  expect(merged).toMatchObject({ status: 201, json: { metadata: { OS: 'ubuntu', role: 'web', n: '7' } } })
  const put = await ask(cloud, `PUT ${at}/role`, { json: { meta: { role: 'x' } } })
  expect([put.status, put.json]).toEqual([201, { meta: { role: 'x' } }])
  expect((await ask(cloud, `DELETE ${at}/n`)).status).toBe(204)
  expect((await ask(cloud, `GET ${at}`)).json).toEqual({ metadata: { OS: 'ubuntu', role: 'x' } })
  expect((await ask(cloud, `GET ${at}/OS`)).json).toEqual({ meta: { OS: 'ubuntu' } })
})

it('lists every change at once, also when two fall into one millisecond', async () => {
  await using cloud = await startEmbeddedCloud({ jobDelayMs: 0, clock: () => 0 })
  const changes: [() => unknown, object][] = [
    [() => ask(cloud, 'PUT /servers/141', { json: { server: { name: 'Ωμέγα' } } }), { name: 'Ωμέγα' }],
    [() => ask(cloud, 'PUT /servers/141/metadata/a', { json: { meta: { a: '1' } } }), { metadata: { a: '1' } }],
    [() => ask(cloud, 'PUT /servers/141/metadata/a', { json: { meta: { a: '2' } } }), { metadata: { a: '2' } }],
    [() => act(cloud, { shutdown: {} }), { status: 'STOPPED' }],
    [() => act(cloud, { firewallProfile: { profile: 'ENABLED' } }), { attachments: [{ firewallProfile: 'ENABLED' }] }],
    [() => Object.assign(cloud.db.server(141), { suspended: true }), { suspended: true }],
  ]
  for (const [change, seen] of changes) {
    await change()
    const [listed] = (await ask(cloud, 'GET /servers/detail')).json.servers
    expect(listed).toMatchObject(seen)
    expect(listed).toEqual((await ask(cloud, 'GET /servers/141')).json.server)
  }
})
