import { describe, expect, it, vi } from 'vitest'
import { hang, reset, resetAfterwards } from '../../src/embedded/failures.ts'
import { type GatewayOptions, startGateway, type TestGateway } from '../support/gateway.ts'
import { JoinServerDocument, RemoveNicDocument } from '../support/generated/documents.ts'
import { ONLY_HELD_MS, waitLong } from '../support/wait.ts'

/** Networks 3 and 4, and a nic of server 141 on each of those named. */
async function start(networkIds: readonly number[] = [], options: GatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startGateway(options)
  const { db } = gateway.cloud
  for (const _id of [3, 4]) db.addNetwork({ ownerId: 'user-tutorial' })
  for (const networkId of networkIds) db.connect(141, networkId)
  return gateway
}

async function join({ run }: TestGateway, more: object = {}) {
  const { data, errors } = await run(JoinServerDocument, { input: { serverId: '141', networkId: '3', ...more } })
  expect(errors).toBeUndefined()
  return data?.connectServer
}

/** The new nic that an answer tells; null when it is PENDING. */
function nicOf(result: Awaited<ReturnType<typeof join>>) {
  if (result?.__typename !== 'ConnectServerSuccess') throw new Error(`not connected: ${JSON.stringify(result)}`)
  return result.nic
}

const idsOf = ({ cloud }: TestGateway) => cloud.db.server(141).hypervisor.map(({ mac }) => `Nic:${mac}`)
const looks = ({ cloud }: TestGateway) => cloud.requests.filter(({ path }) => path === '/servers/141').length
const writes = ({ cloud }: TestGateway) => cloud.requests.filter(({ method }) => method !== 'GET')

describe.concurrent('connectServer', () => {
  it('tells the new nic among several of the same pair', async () => {
    await using gateway = await start([3, 4, 3])
    const before = idsOf(gateway)
    const result = await join(gateway)
    const ids = idsOf(gateway)
    expect(result).toEqual({
      __typename: 'ConnectServerSuccess',
      state: 'COMPLETED',
      nic: { id: ids[4], nicId: 'nic-141-4', network: { networkId: '3' } },
      server: { nics: ids.map((id) => ({ id })) },
      network: { nics: { nodes: [ids[1], ids[3], ids[4]].map((id) => ({ id })) } },
    })
    expect(before).not.toContain(ids[4])
  })

  it.each(['COMPLETED', 'ACCEPTED'] as const)('tells another nic to each of six at once, %s', async (waitUntil) => {
    await using gateway = await start([3], { cloud: { jobDelayMs: 5 } })
    const [, old] = idsOf(gateway)
    const results = await Promise.all(Array.from({ length: 6 }, () => join(gateway, { waitUntil })))
    const told = results.flatMap((result) => nicOf(result)?.id ?? [])
    await gateway.cloud.jobs.settle()
    expect(new Set(told).size).toBe(told.length)
    expect(told).not.toContain(old)
    expect(idsOf(gateway)).toEqual(expect.arrayContaining(told))
    expect(idsOf(gateway)).toHaveLength(8)
    if (waitUntil === 'COMPLETED') expect(told).toHaveLength(6)
  })

  it('answers null and PENDING while the nic does not show, and waits with the next connect for its own', async () => {
    await using gateway = await start()
    gateway.cloud.jobs.hold()
    const pending = { __typename: 'ConnectServerSuccess', state: 'PENDING', nic: null }
    expect(await join(gateway, { waitUntil: 'ACCEPTED' })).toMatchObject(pending)
    expect(await join(gateway, { timeoutSeconds: 1 })).toMatchObject({ ...pending, network: { nics: { nodes: [] } } })
    expect(writes(gateway)).toHaveLength(2)
    const third = join(gateway)
    await gateway.cloud.calls.arrived('POST /networks/:id/action', 3)
    gateway.cloud.jobs.release()
    expect(idsOf(gateway)).toContain(nicOf(await third)?.id)
  })

  it.each([
    ['whose job fails', (gateway: TestGateway) => gateway.cloud.jobs.failNext('connect')],
    [
      'of a server in error',
      ({ cloud }: TestGateway) => {
        cloud.db.server(141).status = 'ERROR'
      },
    ],
  ])('stays PENDING for a connect %s', async (_what, fail) => {
    await using gateway = await start()
    fail(gateway)
    expect(await join(gateway, { timeoutSeconds: 1 })).toMatchObject({ state: 'PENDING', nic: null })
    expect(writes(gateway)).toHaveLength(1)
  })

  it('stops looking when its client goes, while the job goes on', async () => {
    await using gateway = await start()
    const { cloud } = gateway
    cloud.jobs.hold()
    const client = new AbortController()
    const input = { serverId: '141', networkId: '3' }
    const gone = gateway.run(JoinServerDocument, { input }, { signal: client.signal })
    await cloud.calls.arrived('GET /servers/141', 4)
    client.abort()
    await expect(gone).rejects.toThrow()

    // While somebody else looks ten times, as often at least as this one did, nobody looks for it.
    const other = join(gateway, { serverId: '142', timeoutSeconds: 300 })
    const othersLooks = () => cloud.requests.filter(({ path }) => path === '/servers/142').length
    await vi.waitFor(async () => {
      const [before, others] = [looks(gateway), othersLooks()]
      await cloud.calls.arrived('GET /servers/142', others + 10)
      expect(looks(gateway)).toBe(before)
    }, waitLong)
    cloud.jobs.release()
    expect(await other).toMatchObject({ state: 'COMPLETED' })
    expect(idsOf(gateway)).toHaveLength(2)
    expect(writes(gateway)).toHaveLength(2)
  })

  it('is accepted while a removal runs on that server, and shows after it, renumbered', async () => {
    await using gateway = await start([4])
    const { jobs } = gateway.cloud
    const [, leaving = ''] = idsOf(gateway)
    jobs.hold()
    await gateway.run(RemoveNicDocument, { input: { nicId: leaving, waitUntil: 'ACCEPTED' } })
    const joining = join(gateway)
    await gateway.cloud.calls.arrived('POST /networks/:id/action', 2)
    jobs.release()
    expect(nicOf(await joining)).toMatchObject({ nicId: 'nic-141-1', network: { networkId: '3' } })
    expect(idsOf(gateway)).not.toContain(leaving)
  })

  it('removes the new nic once it is made, not before', async () => {
    await using gateway = await start()
    gateway.cloud.jobs.hold()
    await join(gateway, { waitUntil: 'ACCEPTED' })
    const removal = { nicId: 'nic-141-1', expectNetworkId: '3' }
    const early = await gateway.run(RemoveNicDocument, { input: removal })
    expect(early.data?.disconnectNic).toMatchObject({ __typename: 'BusyError', fault: null })
    expect(writes(gateway)).toHaveLength(1)
    gateway.cloud.jobs.release()
    const late = await gateway.run(RemoveNicDocument, { input: removal })
    expect(late.data?.disconnectNic).toMatchObject({ __typename: 'DisconnectNicSuccess', state: 'COMPLETED' })
  })

  it('frees a server for removals again, after one whose job failed', async () => {
    await using gateway = await start([4])
    const [, id = ''] = idsOf(gateway)
    const remove = async (timeoutSeconds: number) => {
      const { data } = await gateway.run(RemoveNicDocument, { input: { nicId: id, timeoutSeconds } })
      return data?.disconnectNic
    }
    gateway.cloud.jobs.failNext('disconnect')
    expect(await remove(1)).toMatchObject({ state: 'PENDING' })
    expect(await remove(1)).toMatchObject({ __typename: 'BusyError' })
    // Any change of nics that succeeds lifts the cloud's own "Machine is busy." (Cyclades REST 5.3).
    expect(await join(gateway)).toMatchObject({ state: 'COMPLETED' })
    expect(await remove(60)).toMatchObject({ __typename: 'DisconnectNicSuccess', state: 'COMPLETED', deletedId: id })
  })

  it('finds the nic of a connect whose answer was lost, and no nic that was there before', async () => {
    await using gateway = await start([3])
    const { cloud } = gateway
    const route = 'POST /networks/:id/action'
    cloud.failNext(route, reset())
    expect(await join(gateway)).toMatchObject({ __typename: 'CloudUnavailableError', outcome: 'UNKNOWN', fault: null })
    expect(idsOf(gateway)).toHaveLength(2)
    cloud.failNext(route, resetAfterwards())
    expect(nicOf(await join(gateway))?.id).toBe(idsOf(gateway)[2])
    expect(writes(gateway)).toHaveLength(2)
  })

  it('does not take for its own what another connect of that pair, which the cloud has taken, may have made', async () => {
    await using gateway = await start()
    const { cloud } = gateway
    cloud.jobs.hold()
    expect(await join(gateway, { waitUntil: 'ACCEPTED' })).toMatchObject({ state: 'PENDING' })
    cloud.calls.hold('POST /networks/:id/action')
    cloud.failNext('POST /networks/:id/action', reset())
    const lost = join(gateway)
    await cloud.calls.arrived('POST /networks/:id/action', 2)
    await cloud.jobs.settle()
    expect(idsOf(gateway)).toHaveLength(2)
    cloud.calls.release()
    expect(await lost).toMatchObject({ __typename: 'CloudUnavailableError', outcome: 'UNKNOWN' })
  })

  it('is not COMPLETED by the nic of an earlier connect of that pair, whose job comes first', async () => {
    const jobDelayMs = ({ kind }: { kind: string }) => (kind === 'connect' && made++ > 0 ? 60_000 : 0)
    let made = 0
    await using gateway = await start([], { cloud: { jobDelayMs } })
    gateway.cloud.jobs.hold()
    expect(await join(gateway, { waitUntil: 'ACCEPTED' })).toMatchObject({ state: 'PENDING' })
    const second = join(gateway, { timeoutSeconds: 1 })
    await gateway.cloud.calls.ended('POST /networks/:id/action', 2)
    gateway.cloud.jobs.release()
    expect(await second).toMatchObject({ state: 'PENDING', nic: null })
    expect(idsOf(gateway)).toHaveLength(2)
  })

  it('is COMPLETED after one whose job has failed, and which was waited for', async () => {
    await using gateway = await start()
    gateway.cloud.jobs.failNext('connect')
    expect(await join(gateway, { timeoutSeconds: 1 })).toMatchObject({ state: 'PENDING' })
    expect(nicOf(await join(gateway))?.id).toBe(idsOf(gateway)[1])
  })

  it('leaves the nic of an unknown connect to the next one that looks for its own', async () => {
    await using gateway = await start([], { limits: { timeoutMs: ONLY_HELD_MS } })
    const { cloud } = gateway
    cloud.failNext('POST /networks/:id/action', { ...hang(), carriedOut: true })
    const [lost, other] = await Promise.all([join(gateway), join(gateway)])
    const told = [lost, other].flatMap((result) => nicOf(result)?.id ?? [])
    expect(new Set(told).size).toBe(2)
    expect(idsOf(gateway)).toHaveLength(3)
  })

  it('is not sent to a network of another program whose cidr6 is no /64, which would freeze the server', async () => {
    await using gateway = await start()
    gateway.cloud.db.network(3).cidr6 = 'fd00::/80'
    expect(await join(gateway)).toMatchObject({
      __typename: 'InvalidInputError',
      path: ['input', 'networkId'],
      message: expect.stringContaining('fd00::/80'),
    })
    expect(writes(gateway)).toEqual([])
  })

  it('says busy when the network is not active yet, and refuses a deleted server before asking', async () => {
    await using gateway = await start()
    const { db } = gateway.cloud
    db.network(3).status = 'PENDING'
    const fault = { status: 409, name: 'buildInProgress' }
    expect(await join(gateway)).toMatchObject({ __typename: 'BusyError', fault })
    db.deleteServer(141)
    expect(await join(gateway, { networkId: '4' })).toMatchObject({ __typename: 'ServerNotFoundError', fault: null })
    expect(writes(gateway)).toHaveLength(1)
  })
})
