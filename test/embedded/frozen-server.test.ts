/** A cidr6 that is no /64 is taken, and freezes the nics of every server that is connected to it (Cyclades REST 11.2). */
import { expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, createNetwork, disconnect, inShort, nicsOf } from './rest.ts'

/** Server 141 with a nic on network 3, and network 4 with that cidr6. */
async function startWith(cidr6: unknown): Promise<EmbeddedCloud> {
  const cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
  await createNetwork(cloud)
  await connect(cloud, 141, '3')
  await createNetwork(cloud, { cidr6 })
  return cloud
}

const serverOf = async (cloud: EmbeddedCloud) => (await ask(cloud, 'GET /servers/141')).json.server
const act = (cloud: EmbeddedCloud, json: object) => ask(cloud, 'POST /servers/141/action', { json })

it.each(['fd00:6::/48', 'fd00::/65', 'fd00::', 5, false])('freezes them with %s', async (cidr6) => {
  await using cloud = await startWith(cidr6)
  expect((await connect(cloud, 141, '4')).status).toBe(202)
  expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n4?')
  expect((await serverOf(cloud)).attachments).toHaveLength(2)
  expect(inShort(await ask(cloud, 'DELETE /networks/4'))).toBe('421 networkInUse Machines are connected to network.')
})

it.each(['fd00:6::/64', '', null])('does not with %s', async (cidr6) => {
  await using cloud = await startWith(cidr6)
  await connect(cloud, 141, '4')
  expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n4')
})

it('leaves later connects pending, and the server busy for good after one more removal', async () => {
  await using cloud = await startWith('fd00:6::/48')
  await connect(cloud, 141, '4')
  await connect(cloud, 141, '3')
  expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n4? 3:n3?')
  expect((await disconnect(cloud, 'nic-141-1', '3')).status).toBe(202)
  const busy = '409 buildInProgress Machine is busy.'
  expect(inShort(await disconnect(cloud, 'nic-141-1', '3'))).toBe(busy)
  await connect(cloud, 141, '3')
  await act(cloud, { start: {} })
  await act(cloud, { firewallProfile: { profile: 'ENABLED' } })
  expect(cloud.jobs.pending).toBe(0)
  for (const nic of ['nic-141-1', 'nic-141-2']) expect(inShort(await disconnect(cloud, nic, '3'))).toBe(busy)
  expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n4? 3:n3? 4:n3?')
  expect((await serverOf(cloud)).attachments[0].firewallProfile).toBe('DISABLED')
})

it('undoes all that the event brought: a start is never seen, while a shutdown, which reports no nics, is', async () => {
  await using cloud = await startWith('fd00:6::/48')
  await connect(cloud, 141, '4')
  await act(cloud, { shutdown: {} })
  expect((await serverOf(cloud)).status).toBe('STOPPED')
  expect((await act(cloud, { start: {} })).status).toBe(202)
  expect(cloud.jobs.pending).toBe(0)
  expect((await serverOf(cloud)).status).toBe('STOPPED')
})

it('lets `updated` stand still when such an event has come', async () => {
  await using cloud = await startEmbeddedCloud()
  await createNetwork(cloud, { cidr6: 'fd00:6::/48' })
  cloud.jobs.hold()
  await connect(cloud, 141, '3')
  const touch = cloud.db.touch.bind(cloud.db)
  const touched: string[] = []
  cloud.db.touch = (row) => {
    touch(row)
    touched.push('hypervisor' in row ? 'server' : 'network')
  }
  await cloud.jobs.settle()
  // The network's four events, and the one of the server's job that says it is being run.
  expect(touched).toEqual([...Array(4).fill('network'), 'server'])
})

it('leaves the server as it is to other servers, and to its own deletion', async () => {
  await using cloud = await startWith('fd00:6::/48')
  await connect(cloud, 141, '4')
  await connect(cloud, 142, '3')
  expect(await nicsOf(cloud, 142)).toBe('0:n1 1:n3')
  expect((await ask(cloud, 'DELETE /servers/141')).status).toBe(204)
  expect([(await serverOf(cloud)).status, await nicsOf(cloud, 141)]).toEqual(['DELETED', ''])
  expect((await ask(cloud, 'DELETE /networks/4')).status).toBe(204)
})

it('ends when the very nic is removed before any other', async () => {
  await using cloud = await startWith('fd00:6::/48')
  await connect(cloud, 141, '4')
  expect((await disconnect(cloud, 'nic-141-2', '4')).status).toBe(202)
  expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3')
  expect((await disconnect(cloud, 'nic-141-1', '3')).status).toBe(202)
  expect(await nicsOf(cloud, 141)).toBe('0:n1')
})
