import { expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { DisconnectNicDocument } from '../support/generated/documents.ts'
import { nicsOf, threeNics } from '../support/graph.ts'

const writes = ({ cloud }: TestGateway) =>
  cloud.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)

const publicKey = 'Nic:aa:00:00:23:0d:59'

it('removes the nic that a stable id names, whatever the cloud calls it by then', async () => {
  await using gateway = await startGateway()
  const { networkIds, nics } = await threeNics(gateway)

  const first = await gateway.run(DisconnectNicDocument, { input: { nicId: nics[0].id } })
  expect(first).toEqual({
    data: {
      disconnectNic: {
        __typename: 'DisconnectNicSuccess',
        nicId: 'nic-141-1',
        deletedId: nics[0].id,
        state: 'COMPLETED',
        server: {
          nics: [
            { nicId: 'nic-141-0', id: publicKey },
            { nicId: 'nic-141-1', id: nics[1].id },
            { nicId: 'nic-141-2', id: nics[2].id },
          ],
        },
        network: { networkId: networkIds[0], nics: { nodes: [] } },
        renamed: [
          { from: 'nic-141-2', to: 'nic-141-1', nic: { id: nics[1].id, nicId: 'nic-141-1' } },
          { from: 'nic-141-3', to: 'nic-141-2', nic: { id: nics[2].id, nicId: 'nic-141-2' } },
        ],
      },
    },
  })

  const last = await gateway.run(DisconnectNicDocument, { input: { nicId: nics[2].id } })
  expect(last.data?.disconnectNic).toMatchObject({
    __typename: 'DisconnectNicSuccess',
    nicId: 'nic-141-2',
    renamed: [],
  })
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicKey, nics[1].id])
})

it('refuses a stale cloud id that names another nic by now, when an expectation is given', async () => {
  await using gateway = await startGateway()
  const { networkIds, nics } = await threeNics(gateway)
  await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-1', expectNetworkId: networkIds[0] } })
  gateway.cloud.clearRequests()

  const actual = { nicId: 'nic-141-2', id: nics[2].id, network: { networkId: networkIds[2] } }
  for (const [expectation, message] of [
    [
      { expectNetworkId: `Network:${networkIds[1]}` },
      `Nic nic-141-2 is on network ${networkIds[2]} now, not on ${networkIds[1]}.`,
    ],
    [
      { expectMacAddress: nics[1].macAddress?.toUpperCase() ?? '' },
      `Nic nic-141-2 has the MAC address ${nics[2].macAddress} now, not ${nics[1].macAddress?.toUpperCase()}.`,
    ],
  ] as const) {
    expect(await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-2', ...expectation } })).toEqual({
      data: { disconnectNic: { __typename: 'NicMismatchError', code: 'NIC_MISMATCH', message, fault: null, actual } },
    })
  }
  expect(writes(gateway)).toEqual([])
  expect(await nicsOf(gateway, '141')).toHaveLength(3)
})

it.each(['nic-141-0', 'Nic:aa:00:00:23:0d:59', 'Nic:AA:00:00:23:0D:59'])(
  'refuses the public nic, named as %s, before asking the cloud',
  async (nicId) => {
    await using gateway = await startGateway()
    expect(await gateway.run(DisconnectNicDocument, { input: { nicId } })).toEqual({
      data: {
        disconnectNic: {
          __typename: 'PublicNetworkError',
          code: 'PUBLIC_NETWORK',
          message: 'Nic nic-141-0 is on the public network 1: removed, it could not be had back.',
          fault: null,
          network: { networkId: '1', name: 'public_network' },
        },
      },
    })
    expect(writes(gateway)).toEqual([])
  },
)

it('shows what the server has when a stale id names nothing any more', async () => {
  await using gateway = await startGateway()
  const { nics } = await threeNics(gateway)
  await gateway.run(DisconnectNicDocument, { input: { nicId: nics[2].id } })
  gateway.cloud.clearRequests()

  const byCloudId = await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-3' } })
  expect(byCloudId.data?.disconnectNic).toEqual({
    __typename: 'NicNotFoundError',
    code: 'NIC_NOT_FOUND',
    message: expect.stringContaining('Server 141 has no nic nic-141-3 now; it has nic-141-0 on network 1'),
    fault: null,
    nicId: 'nic-141-3',
    serverNow: { serverId: '141', nics: [{ nicId: 'nic-141-0' }, { nicId: 'nic-141-1' }, { nicId: 'nic-141-2' }] },
  })
  const byStableId = await gateway.run(DisconnectNicDocument, { input: { nicId: nics[2].id } })
  expect(byStableId.data?.disconnectNic).toEqual({
    __typename: 'NicNotFoundError',
    code: 'NIC_NOT_FOUND',
    message: `There is no nic ${nics[2].id}: it is gone, or was never yours.`,
    fault: null,
    nicId: nics[2].id,
    serverNow: null,
  })
  expect(writes(gateway)).toEqual([])
})

it('removes three nics of one server at once, each the one that was named', async () => {
  await using gateway = await startGateway({ cloud: { jobDelayMs: 15 } })
  const { nics } = await threeNics(gateway)
  const answers = await Promise.all(
    nics.map(({ id }) => gateway.run(DisconnectNicDocument, { input: { nicId: id, waitUntil: 'ACCEPTED' } })),
  )
  expect(answers.map(({ data }) => data?.disconnectNic)).toEqual(
    nics.map(({ id }) => expect.objectContaining({ __typename: 'DisconnectNicSuccess', deletedId: id })),
  )
  await gateway.cloud.jobs.settle()
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicKey])
})

it('removes the nics that two cloud ids meant when the requests came, although the first removal moves the second', async () => {
  await using gateway = await startGateway({ cloud: { jobDelayMs: 15 } })
  const { nics } = await threeNics(gateway)
  const answers = await Promise.all(
    ['nic-141-1', 'nic-141-2'].map((nicId) => gateway.run(DisconnectNicDocument, { input: { nicId } })),
  )
  expect(answers.map(({ data }) => data?.disconnectNic)).toMatchObject([
    { __typename: 'DisconnectNicSuccess', nicId: 'nic-141-1', deletedId: nics[0].id },
    { __typename: 'DisconnectNicSuccess', nicId: 'nic-141-2', deletedId: nics[1].id },
  ])
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicKey, nics[2].id])
})

it('removes the nic that a cloud id meant when the request came, although it is looked up after another has gone', async () => {
  await using gateway = await startGateway()
  const { nics } = await threeNics(gateway)
  const { calls } = gateway.cloud
  calls.hold('GET /servers/:id/ips', { times: 1 })
  const second = gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-2' } })
  await calls.arrived('GET /servers/:id/ips')
  const first = await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-1' } })
  expect(first.data?.disconnectNic).toMatchObject({ state: 'COMPLETED', deletedId: nics[0].id })
  calls.release()
  expect((await second).data?.disconnectNic).toMatchObject({ state: 'COMPLETED', deletedId: nics[1].id })
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicKey, nics[2].id])
})

it('removes the nics that the ids of one document meant when it came, whichever of its mutations moves them', async () => {
  await using gateway = await startGateway()
  const { nics, networkIds } = await threeNics(gateway)
  const remove = (nicId: string, more = '') =>
    `disconnectNic(input: { nicId: "${nicId}"${more} }) { ... on DisconnectNicSuccess { deletedId } }`
  const { data } = await gateway.run(`mutation {
    a: disconnectServer(input: { serverId: 141, networkId: ${networkIds[0]} }) { __typename }
    b: ${remove('nic-141-2', `, expectNetworkId: ${networkIds[1]}`)}
    c: ${remove('nic-141-3')}
    d: ${remove('nic-141-1')}
  }`)
  expect(data).toEqual({
    a: { __typename: 'DisconnectServerSuccess' },
    b: { deletedId: nics[1].id },
    c: { deletedId: nics[2].id },
    d: {}, // gone with the first
  })
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicKey])
})

it('removes no other nic by an id that came while a removal ran, whenever it looks', async () => {
  await using gateway = await startGateway()
  const { nics } = await threeNics(gateway)
  const { calls, jobs } = gateway.cloud
  jobs.hold()
  const first = gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-1' } })
  // The first waits for its end.
  await calls.until((requests) => requests.filter(({ path }) => path === '/servers/141').length > 1)
  calls.hold('GET /servers/:id/ips', { times: 1 })
  const looks = gateway.cloud.requests.filter(({ path }) => path === '/servers/141').length
  const second = gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-2' } })
  await calls.arrived('GET /servers/:id/ips', 2)
  // A look that began after the second had come still shows the nic of the first.
  await calls.until((requests) => requests.filter(({ path }) => path === '/servers/141').length > looks + 1)
  jobs.release()
  expect((await first).data?.disconnectNic).toMatchObject({ state: 'COMPLETED', deletedId: nics[0].id })
  calls.release()
  expect((await second).data?.disconnectNic).toMatchObject({ state: 'COMPLETED', deletedId: nics[1].id })
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toEqual([publicKey, nics[2].id])
})

it('is BUSY, too, where another removal was sent between the request and its look', async () => {
  await using gateway = await startGateway()
  const { cloud } = gateway
  const { nics } = await threeNics(gateway)
  cloud.jobs.hold()
  const first = `disconnectNic(input: { nicId: "nic-141-1", waitUntil: ACCEPTED }) { __typename }`
  await gateway.run(`mutation { ${first} }`)
  cloud.clearRequests()
  cloud.calls.hold('POST /networks', { times: 1 })
  const late = gateway.run<{ told: object }, object>(
    'mutation { createNetwork(input: { name: "n" }) { __typename } told: disconnectNic(input: { nicId: "nic-141-2" }) { __typename } }',
  )
  await cloud.calls.arrived('POST /networks')
  cloud.jobs.release()
  await gateway.run(`mutation { disconnectNic(input: { nicId: "${nics[1].id}" }) { __typename } }`)
  cloud.calls.release()
  expect((await late).data?.told).toEqual({ __typename: 'BusyError' })
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).toContain(nics[2].id)
})

it('is BUSY, and removes nothing, by an id that nobody knows the meaning of: a removal had begun, and has moved it', async () => {
  await using gateway = await startGateway()
  const { nics } = await threeNics(gateway)
  const { calls, jobs } = gateway.cloud
  jobs.hold()
  await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-1', waitUntil: 'ACCEPTED' } })
  calls.hold('GET /servers/:id/ips', { times: 1 })
  const second = gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-2' } })
  await calls.arrived('GET /servers/:id/ips', 2)
  jobs.release()
  calls.release()
  expect((await second).data?.disconnectNic).toMatchObject({ __typename: 'BusyError', fault: null })
  // Whoever asks again can have seen the new ids.
  const again = await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-2' } })
  expect(again.data?.disconnectNic).toMatchObject({ state: 'COMPLETED', deletedId: nics[2].id })
})

it.each(['disconnectNic(input: { nicId: "nic-141-1"', 'disconnectServer(input: { serverId: 141, networkId: 6'])(
  'keeps nobody waiting for a caller to whom the cloud does not show the server: %s',
  async (mutation) => {
    await using gateway = await startGateway()
    const { nics } = await threeNics(gateway)
    const { calls, db } = gateway.cloud
    expect(db.addNetwork({ ownerId: 'user-other' }).id).toBe(6)
    calls.hold('GET /servers/:id/ips', { times: 1 })
    const headers = { 'x-auth-token': 'other-token' }
    const stranger = gateway.run<object, object>(`mutation { told: ${mutation} }) { __typename } }`, {}, { headers })
    await calls.arrived('GET /servers/:id/ips')
    const owner = await gateway.run(DisconnectNicDocument, { input: { nicId: nics[0].id, timeoutSeconds: 1 } })
    expect(owner.data?.disconnectNic).toMatchObject({ __typename: 'DisconnectNicSuccess', state: 'COMPLETED' })
    calls.release()
    expect(await stranger).toEqual({ data: { told: { __typename: 'ServerNotFoundError' } } })
  },
)

it('answers PENDING, with nothing renamed yet, when the job outlasts the wait', async () => {
  await using gateway = await startGateway()
  const { networkIds, nics } = await threeNics(gateway)
  gateway.cloud.jobs.hold()
  const { data } = await gateway.run(DisconnectNicDocument, { input: { nicId: nics[0].id, timeoutSeconds: 1 } })
  expect(data?.disconnectNic).toMatchObject({
    __typename: 'DisconnectNicSuccess',
    nicId: 'nic-141-1',
    state: 'PENDING',
    renamed: [],
    network: { networkId: networkIds[0], nics: { nodes: [{ nicId: 'nic-141-1' }] } },
  })

  const busy = await gateway.run(DisconnectNicDocument, { input: { nicId: nics[1].id, timeoutSeconds: 1 } })
  expect(busy.data?.disconnectNic).toMatchObject({
    __typename: 'BusyError',
    code: 'BUSY',
    message: expect.stringContaining('An earlier removal on server 141 has not finished in time.'),
    fault: null,
  })
  gateway.cloud.jobs.release()
})
