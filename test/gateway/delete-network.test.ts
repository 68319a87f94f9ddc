import { describe, expect, it } from 'vitest'
import { htmlAnswer, reset, resetAfterwards } from '../../src/embedded/failures.ts'
import { forbidden, itemNotFound, unexpectedError } from '../../src/embedded/faults.ts'
import { type GatewayOptions, startGateway, type TestGateway } from '../support/gateway.ts'
import { DeleteNetworkDocument } from '../support/generated/documents.ts'

const ownerId = 'user-tutorial'

/**
 * Network 3, and 4 beside it, and servers with a nic on each network of their list, in that order: 141, 142, then 143 and
 * so on. Answers the global ids of the nics on 3, by their cloud ids.
 */
async function start(lists: readonly (readonly number[])[], options: GatewayOptions = {}) {
  const gateway = await startGateway(options)
  const { db } = gateway.cloud
  db.addNetwork({ ownerId })
  db.addNetwork({ ownerId })
  const ids: Record<string, string> = {}
  for (const [at, networkIds] of lists.entries()) {
    const server = db.servers.get(141 + at) ?? db.addServer({ ownerId })
    for (const networkId of networkIds) db.connect(server.id, networkId)
    for (const [index, { networkId, mac }] of server.hypervisor.entries()) {
      if (networkId === 3) ids[`nic-${server.id}-${index}`] = `Nic:${mac}`
    }
  }
  return { gateway, ids }
}

async function remove({ run }: TestGateway, more: object = {}) {
  const { data, errors } = await run(DeleteNetworkDocument, {
    input: { networkId: '3', disconnectNics: true, ...more },
  })
  expect(errors).toBeUndefined()
  return data?.deleteNetwork
}

/** The nics that the cloud was asked to remove, and `delete`, in order. */
const writes = ({ cloud }: TestGateway) =>
  cloud.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, body }) =>
      method === 'DELETE' ? 'delete' : (body as { remove: { attachment: string } }).remove.attachment,
    )

const delays =
  (...ms: number[]) =>
  () =>
    ms.shift() ?? 0

const stillListed = ({ cloud }: TestGateway) => cloud.db.network(3).status === 'ACTIVE'

describe.concurrent('deleteNetwork with disconnectNics', () => {
  it('removes the nics of one server, the highest first, then the network', async () => {
    const { gateway, ids } = await start([[3, 4, 3, 3]])
    await using _freed = gateway
    expect(await remove(gateway)).toEqual({
      __typename: 'DeleteNetworkSuccess',
      networkId: '3',
      deletedId: 'Network:3',
      disconnectedNicIds: ['nic-141-1', 'nic-141-3', 'nic-141-4'],
      disconnectedIds: [ids['nic-141-1'], ids['nic-141-3'], ids['nic-141-4']],
      state: 'COMPLETED',
    })
    expect(writes(gateway)).toEqual(['nic-141-4', 'nic-141-3', 'nic-141-1', 'delete'])
    expect(gateway.cloud.db.server(141).hypervisor.map(({ networkId }) => networkId)).toEqual([1, 4])
  })

  it('removes those of many servers, listed by server and index, each asked once, and deletes at the end', async () => {
    const { gateway, ids } = await start([[3, 4, 3], [3], [4, 3], [3, 3], [3], [4], [3]], { cloud: { jobDelayMs: 5 } })
    await using _freed = gateway
    const names = Object.keys(ids)
    expect(names).toHaveLength(8)
    expect(await remove(gateway)).toMatchObject({
      __typename: 'DeleteNetworkSuccess',
      disconnectedNicIds: names,
      disconnectedIds: Object.values(ids),
      state: 'COMPLETED',
    })
    const sent = writes(gateway)
    expect(sent.slice(0, -1).toSorted()).toEqual(names.toSorted())
    expect(sent.at(-1)).toBe('delete')
    for (const [higher, lower] of [
      ['nic-141-3', 'nic-141-1'],
      ['nic-144-1', 'nic-144-0'],
    ] as const) {
      expect(sent.indexOf(higher)).toBeLessThan(sent.indexOf(lower))
    }
    expect(gateway.cloud.requests.filter(({ path }) => path.startsWith('/servers/146'))).toEqual([])
  })

  it('waits for the removals, and not for the network, when ACCEPTED', async () => {
    const { gateway, ids } = await start([[3], [3]], { cloud: { jobDelayMs: delays(20, 20, 60_000) } })
    await using _freed = gateway
    const result = await remove(gateway, { waitUntil: 'ACCEPTED' })
    expect(result).toMatchObject({ state: 'PENDING', disconnectedNicIds: Object.keys(ids) })
    expect(gateway.cloud.db.server(142).hypervisor).toHaveLength(1)
    await gateway.cloud.jobs.settle()
    expect(stillListed(gateway)).toBe(false)
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
  ])('says which nics stand, and keeps the network, when a removal meets %s', async (_what, failure, cause, fault) => {
    const { gateway, ids } = await start([[3, 4, 3, 3]])
    await using _freed = gateway
    gateway.cloud.failNext('POST /networks/:id/action', { kind: 'none', delayMs: 0 })
    gateway.cloud.failNext('POST /networks/:id/action', failure)
    const standing = ['nic-141-1', 'nic-141-3'].map((nicId) => ({ nicId, id: ids[nicId] }))
    expect(await remove(gateway)).toMatchObject({
      __typename: 'PartlyDoneError',
      code: 'PARTLY_DONE',
      fault,
      disconnectedNicIds: ['nic-141-4'],
      disconnectedIds: [ids['nic-141-4']],
      remaining: standing,
      cause: { __typename: cause, fault },
      partlyOn: { networkId: '3', nics: { nodes: standing } },
    })
    expect(writes(gateway)).toEqual(['nic-141-4', 'nic-141-3'])
  })

  it('gives the plain error when the first removal fails, and begins no other server', async () => {
    const { gateway } = await start([[3], [3], [3], [3], [3], [3]])
    await using _freed = gateway
    for (let id = 141; id <= 146; id++) gateway.cloud.db.server(id).suspended = true
    const fault = { status: 403, name: 'forbidden' }
    expect(await remove(gateway)).toMatchObject({ __typename: 'ServerSuspendedError', fault })
    expect(writes(gateway)).toHaveLength(4)
    expect(stillListed(gateway)).toBe(true)
  })

  it.each(['cannot be read', 'is suspended'])(
    'hides no removal whose outcome is unknown behind a server that %s',
    async (what) => {
      const { gateway } = await start([[3], [3]])
      await using _freed = gateway
      const { cloud } = gateway
      if (what === 'is suspended') cloud.db.server(142).suspended = true
      else cloud.failNext('GET /servers/142/ips', htmlAnswer(502), 100)
      cloud.failNext('POST /networks/:id/action', resetAfterwards())
      cloud.jobs.hold()
      const { data } = await gateway.run(
        'mutation { told: deleteNetwork(input: { networkId: 3, disconnectNics: true }) { ... on CloudUnavailableError { outcome } } }',
      )
      expect(data).toEqual({ told: { outcome: 'UNKNOWN' } })
    },
  )

  it('finds no network when a removal is told that it has just gone', async () => {
    const { gateway } = await start([[3]])
    await using _freed = gateway
    gateway.cloud.failNext('POST /networks/:id/action', itemNotFound('Network not found.'))
    expect(await remove(gateway)).toMatchObject({ __typename: 'NetworkNotFoundError', fault: { status: 404 } })
  })

  it('finishes what other servers have begun when one of them fails, and tells it', async () => {
    const { gateway, ids } = await start([[3], [3]], { cloud: { jobDelayMs: 30 } })
    await using _freed = gateway
    gateway.cloud.db.server(142).suspended = true
    expect(await remove(gateway)).toMatchObject({
      __typename: 'PartlyDoneError',
      disconnectedIds: [ids['nic-141-1']],
      remaining: [{ id: ids['nic-142-1'] }],
      cause: { __typename: 'ServerSuspendedError' },
    })
  })

  it('says busy when the deadline passes before any removal has finished', async () => {
    const { gateway } = await start([[3, 3]])
    await using _freed = gateway
    gateway.cloud.jobs.hold()
    const result = await remove(gateway, { timeoutSeconds: 1 })
    expect(result).toMatchObject({ __typename: 'BusyError', fault: null })
    expect(writes(gateway)).toEqual(['nic-141-2'])
  })

  it.each([[[3, 3]], [[3]]])(
    'is partly done by the deadline when the other server, on %j, has not finished',
    async (networkIds) => {
      const jobDelayMs = ({ queue }: { queue: string }) => (queue === 'server-141' ? 0 : 60_000)
      const { gateway, ids } = await start([[3], networkIds], { cloud: { jobDelayMs } })
      await using _freed = gateway
      const second = networkIds.map((_networkId, at) => ({ id: ids[`nic-142-${at + 1}`] }))
      expect(await remove(gateway, { timeoutSeconds: 1 })).toMatchObject({
        __typename: 'PartlyDoneError',
        fault: null,
        disconnectedNicIds: ['nic-141-1'],
        remaining: second,
        cause: { __typename: 'BusyError', fault: null },
      })
      expect(writes(gateway)).not.toContain('delete')
    },
  )

  it('is partly done when the cloud refuses the delete for a nic that is still being made', async () => {
    const { gateway, ids } = await start([[3], []])
    await using _freed = gateway
    gateway.cloud.jobs.failNext('connect') // leaves a nic that is not shown anywhere near the network
    await gateway.run(
      'mutation { connectServer(input: { serverId: 142, networkId: 3, waitUntil: ACCEPTED }) { __typename } }',
    )
    gateway.cloud.clearRequests()
    expect(await remove(gateway)).toMatchObject({
      __typename: 'PartlyDoneError',
      fault: { status: 421, name: 'networkInUse' },
      disconnectedIds: [ids['nic-141-1']],
      remaining: [],
      cause: { __typename: 'NetworkInUseError', fault: { status: 421, name: 'networkInUse' }, nics: [] },
      partlyOn: { networkId: '3', nics: { nodes: [] } },
    })
    expect(writes(gateway)).toEqual(['nic-141-1', 'delete'])
  })

  it.each([
    ['its server', 'GET /servers/142/ips', ({ db }: TestGateway['cloud']) => db.deleteServer(142)],
    [
      'the nic',
      'POST /networks/3/action',
      ({ db }: TestGateway['cloud']) => {
        for (const list of [db.server(142).hypervisor, db.server(142).nics]) list.pop()
      },
    ],
  ])('takes a nic for gone when somebody else removes %s in that moment', async (_what, route, goes) => {
    const { gateway } = await start([[], [3]])
    await using _freed = gateway
    const { cloud } = gateway
    cloud.calls.hold(route)
    const removing = remove(gateway)
    await cloud.calls.arrived(route)
    goes(cloud)
    cloud.calls.release()
    expect(await removing).toMatchObject({ __typename: 'DeleteNetworkSuccess', state: 'COMPLETED' })
    expect(stillListed(gateway)).toBe(false)
  })

  it('tells also of a nic that was connected after the network was read', async () => {
    const { gateway, ids } = await start([[3]])
    await using _freed = gateway
    const { db } = gateway.cloud
    gateway.cloud.calls.hold('GET /servers/141/ips')
    const removing = remove(gateway)
    await gateway.cloud.calls.arrived('GET /servers/141/ips')
    db.connect(141, 3)
    gateway.cloud.calls.release()
    const [, , late] = db.server(141).hypervisor
    expect(await removing).toMatchObject({ disconnectedIds: [ids['nic-141-1'], `Nic:${late?.mac}`] })
  })

  it('refuses a public network before any write, and finds none where there is none', async () => {
    const { gateway } = await start([])
    await using _freed = gateway
    expect(await remove(gateway, { networkId: '1' })).toMatchObject({ __typename: 'PublicNetworkError', fault: null })
    expect(await remove(gateway, { networkId: '99' })).toMatchObject({ __typename: 'NetworkNotFoundError' })
    expect(writes(gateway)).toEqual([])
  })

  it.each(['ACCEPTED', 'COMPLETED'] as const)(
    'is COMPLETED at once for a network never connected, %s',
    async (waitUntil) => {
      const { gateway } = await start([])
      await using _freed = gateway
      gateway.cloud.jobs.hold()
      expect(await remove(gateway, { waitUntil })).toMatchObject({ state: 'COMPLETED', disconnectedIds: [] })
    },
  )
})

describe.concurrent('deleteNetwork', () => {
  it('is refused while in use, with the fault of the cloud, and PENDING while its job lasts', async () => {
    const { gateway } = await start([[3]])
    await using _freed = gateway
    const fault = { status: 421, name: 'networkInUse' }
    expect(await remove(gateway, { disconnectNics: false })).toMatchObject({ __typename: 'NetworkInUseError', fault })
    gateway.cloud.db.server(141).nics.pop()
    gateway.cloud.db.server(141).hypervisor.pop()
    gateway.cloud.jobs.hold()
    const result = await remove(gateway, { disconnectNics: false, timeoutSeconds: 1 })
    expect(result).toMatchObject({ __typename: 'DeleteNetworkSuccess', state: 'PENDING', disconnectedNicIds: [] })
  })
})
