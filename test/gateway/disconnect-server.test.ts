import { describe, expect, it } from 'vitest'
import { answer, reset } from '../../src/embedded/failures.ts'
import { badRequest, forbidden, itemNotFound, unexpectedError } from '../../src/embedded/faults.ts'
import { type GatewayOptions, startGateway, type TestGateway } from '../support/gateway.ts'
import { DisconnectServerDocument, JoinServerDocument, RemoveNicDocument } from '../support/generated/documents.ts'
import { nicsOf } from '../support/graph.ts'

const publicId = 'Nic:aa:00:00:23:0d:59'

/** Networks 3 to 5, and server 141 with a nic on each of those named, in that order, as nic-141-1 and so on. */
async function start(networkIds: readonly number[], options: GatewayOptions = {}) {
  const gateway = await startGateway(options)
  const { db } = gateway.cloud
  for (const _id of [3, 4, 5]) db.addNetwork({ ownerId: 'user-tutorial' })
  for (const networkId of networkIds) db.connect(141, networkId)
  const ids = db.server(141).hypervisor.map(({ mac }) => `Nic:${mac}`)
  return { gateway, ids }
}

async function part({ run }: TestGateway, more: object = {}) {
  const { data, errors } = await run(DisconnectServerDocument, {
    input: { serverId: '141', networkId: '3', ...more },
  })
  expect(errors).toBeUndefined()
  return data?.disconnectServer
}

/** What was asked of the cloud: the removals, in order, and how often it was looked at the server after each. */
function steps({ cloud }: TestGateway): [attachment: unknown, looks: number][] {
  const found: [unknown, number][] = []
  for (const { method, path, body } of cloud.requests) {
    const last = found.at(-1)
    if (method !== 'GET') found.push([(body as { remove?: { attachment: string } }).remove?.attachment, 0])
    else if (last && path === '/servers/141') last[1]++
  }
  return found
}

const attachments = (gateway: TestGateway) => steps(gateway).map(([attachment]) => attachment)

describe.concurrent('disconnectServer', () => {
  it.each([
    [
      [3, 4, 3, 5],
      [1, 3],
      ['nic-141-3', 'nic-141-1'],
    ],
    [
      [4, 3, 3, 5, 3],
      [2, 3, 5],
      ['nic-141-5', 'nic-141-3', 'nic-141-2'],
    ],
    [
      [3, 3, 3],
      [1, 2, 3],
      ['nic-141-3', 'nic-141-2', 'nic-141-1'],
    ],
  ])('removes every nic between them, of nics on networks %j, the highest first', async (networkIds, gone, order) => {
    const { gateway, ids } = await start(networkIds)
    await using _freed = gateway
    const left = ids.filter((_id, index) => !gone.includes(index))
    const nics = left.map((id, index) => ({ id, nicId: `nic-141-${index}` }))
    expect(await part(gateway)).toEqual({
      __typename: 'DisconnectServerSuccess',
      state: 'COMPLETED',
      disconnectedNicIds: gone.map((index) => `nic-141-${index}`),
      disconnectedIds: gone.map((index) => ids[index]),
      server: { serverId: '141', nics },
      network: { networkId: '3', nics: { nodes: [] } },
      renamed: nics
        .map(({ id, nicId }) => ({ from: `nic-141-${ids.indexOf(id)}`, to: nicId, nic: { id, nicId } }))
        .filter(({ from, to }) => from !== to),
    })
    expect(attachments(gateway)).toEqual(order)
  })

  it.each(['COMPLETED', 'ACCEPTED'] as const)('sees each go before the next, also when %s', async (waitUntil) => {
    const delays = [20, 20, waitUntil === 'ACCEPTED' ? 60_000 : 20]
    const { gateway, ids } = await start([3, 4, 3, 3], { cloud: { jobDelayMs: () => delays.shift() ?? 0 } })
    await using _freed = gateway
    const result = await part(gateway, { waitUntil })
    const looks = steps(gateway).map(([, looks]) => looks)
    expect(looks).toHaveLength(3)
    expect(Math.min(...looks)).toBeGreaterThan(0)
    if (waitUntil === 'ACCEPTED') expect(looks[2]).toBe(1)
    const state = waitUntil === 'ACCEPTED' ? 'PENDING' : 'COMPLETED'
    expect(result).toMatchObject({ state, disconnectedIds: [ids[1], ids[3], ids[4]] })
    if (waitUntil === 'ACCEPTED') expect(result).toMatchObject({ renamed: [] })
    await gateway.cloud.jobs.settle()
    expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicId, ids[2]])
  })

  it('answers PENDING at the deadline while the last of them still shows', async () => {
    const { gateway, ids } = await start([3])
    await using _freed = gateway
    gateway.cloud.jobs.hold()
    expect(await part(gateway, { timeoutSeconds: 1 })).toMatchObject({
      __typename: 'DisconnectServerSuccess',
      state: 'PENDING',
      disconnectedNicIds: ['nic-141-1'],
      disconnectedIds: [ids[1]],
      renamed: [],
      network: { nics: { nodes: [{ nicId: 'nic-141-1' }] } },
    })
  })

  it('says busy at the deadline when the first of several has not gone', async () => {
    const { gateway } = await start([3, 3])
    await using _freed = gateway
    gateway.cloud.jobs.hold()
    expect(await part(gateway, { timeoutSeconds: 1 })).toEqual({
      __typename: 'BusyError',
      code: 'BUSY',
      message: expect.stringMatching(
        /^The removal of nic nic-141-2 has not finished in time. It is waited for until 20/,
      ),
      fault: null,
    })
    expect(attachments(gateway)).toEqual(['nic-141-2'])
  })

  it('refuses when there is nothing between them, a public network, and what is not there, without a write', async () => {
    const { gateway } = await start([4])
    await using _freed = gateway
    expect(await part(gateway)).toEqual({
      __typename: 'NotConnectedError',
      code: 'NOT_CONNECTED',
      message: 'Server 141 is not connected to network 3.',
      fault: null,
      partedServer: { serverId: '141' },
      partedNetwork: { networkId: '3' },
    })
    expect(await part(gateway, { networkId: 'Network:1' })).toMatchObject({
      __typename: 'PublicNetworkError',
      fault: null,
      publicNetwork: { networkId: '1' },
    })
    expect(await part(gateway, { networkId: '99' })).toMatchObject({
      __typename: 'NetworkNotFoundError',
      fault: { status: 404, name: 'itemNotFound' },
    })
    expect(await part(gateway, { serverId: '99' })).toMatchObject({ __typename: 'ServerNotFoundError' })
    expect(attachments(gateway)).toEqual([])
  })

  it('finds no server where one was deleted', async () => {
    const { gateway } = await start([3])
    await using _freed = gateway
    gateway.cloud.db.deleteServer(141)
    expect(await part(gateway)).toMatchObject({ __typename: 'ServerNotFoundError', code: 'SERVER_NOT_FOUND' })
    expect(attachments(gateway)).toEqual([])
  })

  it('says busy while the only nic between them is being made', async () => {
    const { gateway } = await start([])
    await using _freed = gateway
    gateway.cloud.jobs.hold()
    const input = { serverId: '141', networkId: '3', waitUntil: 'ACCEPTED' } as const
    await gateway.run(JoinServerDocument, { input })
    gateway.cloud.clearRequests()
    expect(await part(gateway)).toEqual({
      __typename: 'BusyError',
      code: 'BUSY',
      message: 'Server 141 is still being connected to network 3.',
      fault: null,
    })
    expect(attachments(gateway)).toEqual([])
  })

  it.each([
    ['a 500', unexpectedError(), 'CloudUnavailableError', { status: 500, name: 'internalServerError' }],
    ['a reset', reset(), 'CloudUnavailableError', null],
    [
      'a suspended server',
      forbidden('Administratively Suspended VM'),
      'ServerSuspendedError',
      { status: 403, name: 'forbidden' },
    ],
    ['a rate limit', answer(429), 'RateLimitedError', { status: 429, name: null }],
  ])('tells what has gone and what remains when the second step meets %s', async (_what, failure, cause, fault) => {
    const { gateway, ids } = await start([3, 4, 3, 3])
    await using _freed = gateway
    const { cloud } = gateway
    cloud.failNext('POST /networks/:id/action', { kind: 'none', delayMs: 0 })
    cloud.failNext('POST /networks/:id/action', failure)
    const result = await part(gateway)
    expect(result).toMatchObject({
      __typename: 'PartlyDoneError',
      code: 'PARTLY_DONE',
      message: expect.stringContaining('Removed from network 3: nic-141-4; still there: nic-141-1, nic-141-3. '),
      fault,
      disconnectedNicIds: ['nic-141-4'],
      disconnectedIds: [ids[4]],
      remaining: [
        { nicId: 'nic-141-1', id: ids[1] },
        { nicId: 'nic-141-3', id: ids[3] },
      ],
      cause: { __typename: cause, fault },
      partlyOn: { networkId: '3', nics: { nodes: [{ id: ids[1] }, { id: ids[3] }] } },
    })
    expect(attachments(gateway)).toEqual(['nic-141-4', 'nic-141-3'])
  })

  it.each([
    ['a 500', unexpectedError(), 'CloudUnavailableError', 500],
    ['a suspended server', forbidden('Administratively Suspended VM'), 'ServerSuspendedError', 403],
    ['a nic that has just gone', itemNotFound('NIC not found on VM'), 'NotConnectedError', 404],
    ['a network that has just gone', itemNotFound('Network not found.'), 'NetworkNotFoundError', 404],
    ['a network that has just been deleted', badRequest('Network has been deleted.'), 'NetworkNotFoundError', 400],
  ])('answers the plain error when the first step meets %s', async (_what, failure, __typename, status) => {
    const { gateway } = await start([3, 3])
    await using _freed = gateway
    gateway.cloud.failNext('POST /networks/:id/action', failure)
    expect(await part(gateway)).toMatchObject({ __typename, fault: { status } })
    expect(attachments(gateway)).toEqual(['nic-141-2'])
  })

  it('goes on when somebody else removes one of them meanwhile, which then counts as gone', async () => {
    const { gateway, ids } = await start([3, 4, 3, 3])
    await using _freed = gateway
    const { calls, db, jobs } = gateway.cloud
    jobs.hold()
    const parting = part(gateway)
    await calls.arrived('POST /networks/:id/action')
    expect(attachments(gateway)).toEqual(['nic-141-4'])
    const settled = jobs.settle()
    for (const list of [db.server(141).hypervisor, db.server(141).nics]) list.splice(3, 1)
    jobs.release()
    await settled
    expect(await parting).toMatchObject({
      __typename: 'DisconnectServerSuccess',
      state: 'COMPLETED',
      disconnectedNicIds: ['nic-141-1', 'nic-141-3', 'nic-141-4'],
      disconnectedIds: [ids[1], ids[3], ids[4]],
    })
    expect(attachments(gateway)).toEqual(['nic-141-4', 'nic-141-1'])
    expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicId, ids[2]])
  })

  it('removes each nic once when it is asked twice at the same time', async () => {
    const { gateway } = await start([3, 4, 3], { cloud: { jobDelayMs: 10 } })
    await using _freed = gateway
    const results = await Promise.all([part(gateway), part(gateway)])
    expect(results.map((result) => result?.__typename).sort()).toEqual(['DisconnectServerSuccess', 'NotConnectedError'])
    expect(attachments(gateway)).toEqual(['nic-141-3', 'nic-141-1'])
  })

  it('waits out a removal of another nic of that server', async () => {
    const { gateway, ids } = await start([3, 4, 3])
    await using _freed = gateway
    gateway.cloud.jobs.hold()
    const other = await gateway.run(RemoveNicDocument, { input: { nicId: ids[2] ?? '', waitUntil: 'ACCEPTED' } })
    expect(other.data?.disconnectNic).toMatchObject({ state: 'PENDING' })
    const parting = part(gateway)
    await gateway.cloud.calls.arrived('GET /servers/141/ips', 4)
    gateway.cloud.jobs.release()
    // Renumbered by then: they are named as they were when the mutation began.
    expect(await parting).toMatchObject({
      state: 'COMPLETED',
      disconnectedNicIds: ['nic-141-1', 'nic-141-3'],
      disconnectedIds: [ids[1], ids[3]],
    })
    expect(attachments(gateway)).toEqual(['nic-141-2', 'nic-141-2', 'nic-141-1'])
  })

  it('does not tell a nic as its own removal that another one has taken while it waited', async () => {
    const { gateway, ids } = await start([3, 3])
    await using _freed = gateway
    gateway.cloud.jobs.hold()
    await gateway.run(RemoveNicDocument, { input: { nicId: ids[1] ?? '', waitUntil: 'ACCEPTED' } })
    const looked = gateway.cloud.requests.filter(({ path }) => path === '/servers/141/ips').length
    const parting = part(gateway)
    await gateway.cloud.calls.arrived('GET /servers/141/ips', looked + 2)
    gateway.cloud.jobs.release()
    expect(await parting).toMatchObject({ disconnectedNicIds: ['nic-141-2'], disconnectedIds: [ids[2]] })
  })

  it('leaves a nic that is connected while it waits for its turn', async () => {
    const { gateway, ids } = await start([3, 4])
    await using _freed = gateway
    const { calls, db, jobs } = gateway.cloud
    jobs.hold()
    await gateway.run(RemoveNicDocument, { input: { nicId: ids[2] ?? '', waitUntil: 'ACCEPTED' } })
    const looked = gateway.cloud.requests.filter(({ path }) => path === '/servers/141/ips').length
    const parting = part(gateway)
    await calls.arrived('GET /servers/141/ips', looked + 2)
    db.connect(141, 3)
    const late = db.server(141).hypervisor.at(-1)?.mac
    jobs.release()
    expect(await parting).toMatchObject({ state: 'COMPLETED', disconnectedIds: [ids[1]] })
    expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicId, `Nic:${late}`])
  })

  it('tells of a nic that went instead, renumbered by somebody else in that moment', async () => {
    const { gateway, ids } = await start([4, 3, 5])
    await using _freed = gateway
    const { cloud } = gateway
    const { hypervisor, nics } = cloud.db.server(141)
    cloud.calls.hold('POST /networks/:id/action')
    const parting = part(gateway, { timeoutSeconds: 1 })
    await cloud.calls.arrived('POST /networks/:id/action')
    for (const list of [hypervisor, nics]) list.splice(1, 1)
    for (const [index, nic] of nics.entries()) nic.index = index
    cloud.calls.release()
    expect(await parting).toMatchObject({
      __typename: 'PartlyDoneError',
      disconnectedIds: [],
      remaining: [{ id: ids[2] }],
      cause: { __typename: 'NicMismatchError', message: expect.stringContaining('went instead') },
    })
  })
})
