import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import {
  AllDeletionBlockersDocument,
  DeletionBlockersDocument,
  DisconnectNicDocument,
} from '../support/generated/documents.ts'
import { connect, createNetwork, nicsOf } from '../support/graph.ts'

const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`)

const publicBlockers = [
  {
    __typename: 'PublicNetworkError',
    code: 'PUBLIC_NETWORK',
    message: 'Network 1 is public: only administrators can change it.',
    fault: null,
  },
  {
    __typename: 'NetworkInUseError',
    code: 'NETWORK_IN_USE',
    message: 'Network 1 still has nics on it: nic-141-0, nic-142-0.',
    fault: null,
    nics: [{ nicId: 'nic-141-0' }, { nicId: 'nic-142-0' }],
  },
]

const busy = (networkId: string) => ({
  __typename: 'BusyError',
  code: 'BUSY',
  message: `Server 141 is still being connected to network ${networkId}.`,
  fault: null,
})

async function blockersOf(gateway: TestGateway, id: string) {
  const { data, errors } = await gateway.run(DeletionBlockersDocument, { id })
  expect(errors).toBeUndefined()
  return data?.network?.deletionBlockers
}

/** Sent and accepted, its job not run. */
async function beginConnect(gateway: TestGateway, networkId: string, serverId = '141') {
  gateway.cloud.jobs.hold()
  const { data } = await gateway.run<{ connectServer: { state: string } }, object>(
    `mutation { connectServer(input: { serverId: "${serverId}", networkId: "${networkId}", waitUntil: ACCEPTED }) {
      ... on ConnectServerSuccess { state } } }`,
  )
  expect(data?.connectServer.state).toBe('PENDING')
}

describe('what stands in the way of deleting a network', () => {
  it('is nothing where no nic is on it', async () => {
    await using gateway = await startGateway()
    const id = await createNetwork(gateway)
    expect(await blockersOf(gateway, id)).toEqual([])
    expect(await blockersOf(gateway, `Network:${id}`)).toEqual([])
  })

  it('are its nics, each named', async () => {
    await using gateway = await startGateway()
    const id = await createNetwork(gateway)
    for (const serverId of ['142', '141', '141']) await connect(gateway, serverId, id)
    expect(await blockersOf(gateway, id)).toEqual([
      {
        __typename: 'NetworkInUseError',
        code: 'NETWORK_IN_USE',
        message: `Network ${id} still has nics on it: nic-141-1, nic-141-2, nic-142-1.`,
        fault: null,
        nics: [{ nicId: 'nic-141-1' }, { nicId: 'nic-141-2' }, { nicId: 'nic-142-1' }],
      },
    ])
  })

  it('is two things on a public network with nics, one on a public network without', async () => {
    await using gateway = await startGateway()
    gateway.cloud.db.addNetwork({ ownerId: null, public: true, id: 7 })
    expect(await blockersOf(gateway, '1')).toEqual(publicBlockers)
    expect(await blockersOf(gateway, '7')).toEqual([
      { ...publicBlockers[0], message: 'Network 7 is public: only administrators can change it.' },
    ])
  })

  it('is a connect under way through this gateway, until its nic shows', async () => {
    await using gateway = await startGateway()
    const id = await createNetwork(gateway)
    await beginConnect(gateway, id)
    expect(await blockersOf(gateway, id)).toEqual([busy(id)])

    gateway.cloud.jobs.release()
    expect(await blockersOf(gateway, id)).toMatchObject([
      { __typename: 'NetworkInUseError', nics: [{ nicId: 'nic-141-1' }] },
    ])
  })

  it('are both where a nic is there and another is on its way, each server once', async () => {
    await using gateway = await startGateway()
    const id = await createNetwork(gateway)
    await connect(gateway, '141', id)
    await beginConnect(gateway, id)
    await beginConnect(gateway, id)
    expect(await blockersOf(gateway, id)).toMatchObject([{ __typename: 'NetworkInUseError' }, busy(id)])
  })

  it('is nothing any more once the nic of a connect has come and gone', async () => {
    await using gateway = await startGateway()
    const id = await createNetwork(gateway)
    await beginConnect(gateway, id)
    gateway.cloud.jobs.release()
    const nic = (await nicsOf(gateway, '141')).at(-1)
    await gateway.run(DisconnectNicDocument, { input: { nicId: nic?.id ?? '' } })
    expect(await blockersOf(gateway, id)).toEqual([])
  })

  it('is not a connect that the cloud refused', async () => {
    await using gateway = await startGateway()
    const id = await createNetwork(gateway)
    gateway.cloud.db.server(141).suspended = true
    await expect(connect(gateway, '141', id)).rejects.toThrow('ServerSuspendedError')
    expect(await blockersOf(gateway, id)).toEqual([])
  })
})

describe('strangers', () => {
  const headers = { 'x-auth-token': 'other-token' }
  const join = ({ run }: TestGateway, serverId: number, networkId: string) =>
    run<{ told: object }, object>(
      `mutation { told: connectServer(input: { serverId: ${serverId}, networkId: ${networkId} }) { __typename } }`,
      {},
      { headers },
    )

  it('do not show among what is in the way of a network while they ask to join it', async () => {
    await using gateway = await startGateway()
    const { calls, db } = gateway.cloud
    const id = await createNetwork(gateway)
    const { id: theirs } = db.addServer({ ownerId: 'user-other' })
    calls.hold('POST /networks/:id/action')
    const joining = join(gateway, theirs, id)
    await calls.arrived('POST /networks/:id/action')
    expect(await blockersOf(gateway, id)).toEqual([])
    calls.release()
    expect((await joining).data?.told).toEqual({ __typename: 'NetworkNotFoundError' })
  })

  it('do not show after a connect whose outcome is unknown', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    const id = await createNetwork(gateway)
    const { id: theirs } = cloud.db.addServer({ ownerId: 'user-other' })
    cloud.failNext('POST /networks/:id/action', htmlAnswer(502))
    expect((await join(gateway, theirs, id)).data?.told).toEqual({ __typename: 'CloudUnavailableError' })
    cloud.clearRequests()
    expect(await blockersOf(gateway, id)).toEqual([])
    // Nor do they cost a call.
    expect(cloud.requests.map(({ path }) => path)).toEqual([`/networks/${id}`])
  })

  it("do not make the owner's servers look connected by naming them", async () => {
    await using gateway = await startGateway()
    const { calls } = gateway.cloud
    const id = await createNetwork(gateway)
    calls.hold('GET /servers/141')
    const joining = join(gateway, 141, id)
    await calls.arrived('GET /servers/141')
    expect(await blockersOf(gateway, id)).toEqual([])
    calls.release()
    expect((await joining).data?.told).toEqual({ __typename: 'ServerNotFoundError' })
  })
})

describe('its REST calls', () => {
  it('are one list for all networks, and one read for one network', async () => {
    await using gateway = await startGateway({ snapshots: false })
    const id = await createNetwork(gateway)
    gateway.cloud.clearRequests()
    const { data } = await gateway.run(AllDeletionBlockersDocument)
    expect(data?.networks?.nodes).toEqual([
      { networkId: '1', deletionBlockers: publicBlockers },
      { networkId: id, deletionBlockers: [] },
    ])
    expect(calls(gateway.cloud)).toEqual(['GET /networks/detail'])

    gateway.cloud.clearRequests()
    await blockersOf(gateway, id)
    expect(calls(gateway.cloud)).toEqual([`GET /networks/${id}`])
  })

  it('are two lists where the nics are asked for more than their names', async () => {
    await using gateway = await startGateway()
    const { errors } = await gateway.run(
      '{ networks { nodes { deletionBlockers { ... on NetworkInUseError { nics { macAddress } network { name } } } } } }',
    )
    expect(errors).toBeUndefined()
    expect(calls(gateway.cloud).sort()).toEqual(['GET /networks/detail', 'GET /servers/detail'])
  })
})
