/** How long a removal whose end nobody has seen keeps other removals on its server waiting. */
import { describe, expect, it } from 'vitest'
import { reset, resetAfterwards } from '../../src/embedded/failures.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { connect, createNetwork, nicsOf, threeNics } from '../support/graph.ts'

interface Told {
  readonly __typename: string
  readonly [field: string]: unknown
}

/** Waits for one second at most, where it waits. */
async function remove({ run }: TestGateway, nicId: string, more = ''): Promise<Told | undefined> {
  const { data } = await run<{ told: Told }, object>(`mutation {
    told: disconnectNic(input: { nicId: "${nicId}", timeoutSeconds: 1${more} }) {
      __typename
      ... on DisconnectNicSuccess { state }
      ... on BusyError { message retryAfterSeconds fault { status } hints }
      ... on CloudUnavailableError { outcome }
    }
  }`)
  return data?.told
}

const removals = ({ cloud }: TestGateway) =>
  cloud.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/action')).length

const waitsUntil = (mostSeconds: number) => ({
  __typename: 'BusyError',
  fault: null,
  retryAfterSeconds: expect.toSatisfy((seconds: number) => seconds > mostSeconds - 50 && seconds <= mostSeconds),
  message: expect.stringMatching(/^An earlier removal .* waited for until 20\d\d-\d\d-\d\dT[\d:.]+Z at the latest\.$/),
})

describe('after a removal whose job failed', () => {
  it('the same removal is left to the cloud, and others are told until when they wait', async () => {
    await using gateway = await startGateway()
    const { nics } = await threeNics(gateway)
    gateway.cloud.jobs.failNext('disconnect')
    expect(await remove(gateway, nics[0].id)).toMatchObject({ state: 'PENDING' })
    expect(await remove(gateway, nics[1].id)).toMatchObject(waitsUntil(600))
    expect(removals(gateway)).toBe(1)
    // Synnefo's own flag stands until the server's nics change (Cyclades REST 5.3).
    expect(await remove(gateway, nics[0].id)).toMatchObject({ __typename: 'BusyError', fault: { status: 409 } })
    expect(removals(gateway)).toBe(2)
  })

  it('a nic that another program connects ends the waiting', async () => {
    await using gateway = await startGateway()
    const { nics, networkIds } = await threeNics(gateway)
    gateway.cloud.jobs.failNext('disconnect')
    expect(await remove(gateway, nics[0].id)).toMatchObject({ state: 'PENDING' })
    gateway.cloud.db.connect(141, networkIds[2])
    expect(await remove(gateway, nics[1].id)).toMatchObject({ state: 'COMPLETED' })
    expect(await remove(gateway, nics[0].id)).toMatchObject({ state: 'COMPLETED' })
    expect(await nicsOf(gateway, '141')).toHaveLength(3)
  })

  it('a nic that the gateway connects ends it, too', async () => {
    await using gateway = await startGateway()
    const { nics } = await threeNics(gateway)
    gateway.cloud.jobs.failNext('disconnect')
    expect(await remove(gateway, nics[0].id)).toMatchObject({ state: 'PENDING' })
    await connect(gateway, '141', await createNetwork(gateway))
    expect(await remove(gateway, nics[1].id)).toMatchObject({ state: 'COMPLETED' })
  })
})

describe('after a removal that was not answered', () => {
  it('the same removal is sent at once, and others wait for a minute at most', async () => {
    await using gateway = await startGateway()
    const { nics } = await threeNics(gateway)
    gateway.cloud.failNext('POST /networks/:id/action', reset())
    expect(await remove(gateway, nics[0].id)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(await remove(gateway, nics[1].id)).toMatchObject(waitsUntil(60))
    expect(await remove(gateway, nics[0].id)).toMatchObject({ state: 'COMPLETED' })
    expect(await remove(gateway, nics[1].id)).toMatchObject({ state: 'COMPLETED' })
  })
})

it('nothing waits after a nic went instead of the one that was named', async () => {
  await using gateway = await startGateway()
  const { nics } = await threeNics(gateway)
  const { cloud } = gateway
  cloud.calls.hold('POST /networks/:id/action')
  const removing = remove(gateway, nics[1].id)
  await cloud.calls.arrived('POST /networks/:id/action')
  const server = cloud.db.server(141)
  for (const list of [server.hypervisor, server.nics]) list.splice(1, 1)
  for (const [index, nic] of server.nics.entries()) nic.index = index
  cloud.calls.release()
  expect(await removing).toMatchObject({ __typename: 'NicMismatchError' })
  expect(await remove(gateway, nics[1].id)).toMatchObject({ state: 'COMPLETED' })
  expect(await nicsOf(gateway, '141')).toHaveLength(1)
})

it('a removal that was only accepted is waited for, and then left to the cloud when it is repeated', async () => {
  await using gateway = await startGateway()
  const { nics } = await threeNics(gateway)
  gateway.cloud.jobs.hold()
  expect(await remove(gateway, nics[0].id, ', waitUntil: ACCEPTED')).toMatchObject({ state: 'PENDING' })
  expect(await remove(gateway, nics[0].id)).toMatchObject({ __typename: 'BusyError', fault: { status: 409 } })
  gateway.cloud.jobs.release()
  expect(await remove(gateway, nics[0].id)).toMatchObject({ __typename: 'NicNotFoundError' })
})

/** Taken for a later one, whose end would say that the removal's job has failed, it had others sent while that still ran. */
it('a connect that the cloud accepts before the removal, after the look before it, does not end the waiting', async () => {
  const jobDelayMs = ({ kind }: { kind: string }) => (kind === 'disconnect' ? 60_000 : 0)
  await using gateway = await startGateway({ cloud: { jobDelayMs } })
  const { cloud } = gateway
  const { nics, networkIds } = await threeNics(gateway)
  cloud.clearRequests()
  cloud.calls.hold('POST /networks/:id/action', { times: 1 })
  const removing = remove(gateway, nics[0].id, ', waitUntil: ACCEPTED')
  await cloud.calls.arrived('POST /networks/:id/action')
  await connect(gateway, '141', networkIds[2])
  cloud.calls.release()
  expect(await removing).toMatchObject({ state: 'PENDING' })
  expect(await remove(gateway, nics[1].id)).toMatchObject(waitsUntil(600))
  expect(removals(gateway)).toBe(2) // the connect is one of them
  await cloud.jobs.settle()
  expect(await remove(gateway, nics[1].id, ', waitUntil: ACCEPTED')).toMatchObject({ state: 'PENDING' })
})

describe('a removal that may still run where another job takes the cloud’s mark of it away', () => {
  /** A removal takes longer than a second, and all else no time. */
  const slow = { cloud: { jobDelayMs: ({ kind }: { kind: string }) => (kind === 'disconnect' ? 60_000 : 0) } }
  const firewall = async ({ run }: TestGateway, waitUntil: string) => {
    const input = `{ serverId: 141, profile: PROTECTED, waitUntil: ${waitUntil} }`
    const { data } = await run(`mutation { told: setFirewallProfile(input: ${input}) { __typename } }`)
    expect(data).toEqual({ told: { __typename: 'SetFirewallProfileSuccess' } })
  }
  const accepted = ', waitUntil: ACCEPTED'

  it('is not repeated, as the cloud would take it once more', async () => {
    await using gateway = await startGateway(slow)
    const { cloud } = gateway
    const { nics, networkIds } = await threeNics(gateway)
    cloud.jobs.hold()
    const input = `{ serverId: 141, networkId: ${networkIds[2]}, waitUntil: ACCEPTED }`
    await gateway.run(`mutation { connectServer(input: ${input}) { __typename } }`)
    expect(await remove(gateway, nics[0].id, accepted)).toMatchObject({ state: 'PENDING' })
    cloud.jobs.release()
    expect(await remove(gateway, nics[0].id)).toMatchObject({ __typename: 'BusyError', fault: null })
    await cloud.jobs.settle()
    expect(await nicsOf(gateway, '141')).toHaveLength(4)
    expect(await remove(gateway, nics[0].id)).toMatchObject({ __typename: 'NicNotFoundError' })
  })

  it('keeps others waiting: the end of an earlier change of the firewall is not that of a later one', async () => {
    await using gateway = await startGateway(slow)
    const { cloud } = gateway
    const { nics } = await threeNics(gateway)
    cloud.jobs.hold()
    await firewall(gateway, 'ACCEPTED')
    expect(await remove(gateway, nics[0].id, accepted)).toMatchObject({ state: 'PENDING' })
    cloud.jobs.release()
    await firewall(gateway, 'COMPLETED')
    expect(await remove(gateway, nics[1].id)).toMatchObject({ __typename: 'BusyError', fault: null })
    await cloud.jobs.settle()
    expect(await remove(gateway, nics[1].id, accepted)).toMatchObject({ state: 'PENDING' })
  })

  it('keeps others waiting where another program’s, accepted in the same moment, has taken one nic', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    const { nics } = await threeNics(gateway)
    cloud.db.server(141).removalsUnchecked = 2
    cloud.jobs.hold()
    const body = JSON.stringify({ remove: { attachment: 'nic-141-3' } })
    const headers = { 'content-type': 'application/json', 'x-auth-token': cloud.token }
    const network = cloud.db.server(141).hypervisor[3]?.networkId
    const { status } = await fetch(`${cloud.url}/networks/${network}/action`, { method: 'POST', headers, body })
    expect(status).toBe(202)
    expect(await remove(gateway, nics[0].id, accepted)).toMatchObject({ state: 'PENDING' })
    cloud.jobs.release()
    expect(await remove(gateway, nics[1].id)).toMatchObject({ state: 'COMPLETED' })
    expect((await nicsOf(gateway, '141')).map(({ nicId }) => nicId)).toEqual(['nic-141-0'])
  })
})

it('a firewall that has changed by the first look after it ends the waiting after a removal whose job failed', async () => {
  await using gateway = await startGateway()
  const { nics } = await threeNics(gateway)
  gateway.cloud.jobs.failNext('disconnect')
  expect(await remove(gateway, nics[0].id)).toMatchObject({ state: 'PENDING' })
  await gateway.run('mutation { setFirewallProfile(input: { serverId: 141, profile: PROTECTED }) { __typename } }')
  expect(await remove(gateway, nics[1].id)).toMatchObject({ state: 'COMPLETED' })
})

it('a connect that has failed before does not hide that the removal has', async () => {
  await using gateway = await startGateway()
  const { cloud } = gateway
  const { nics, networkIds } = await threeNics(gateway)
  cloud.jobs.failNext('connect')
  const join = `connectServer(input: { serverId: 141, networkId: ${networkIds[2]}, timeoutSeconds: 1 })`
  await gateway.run(`mutation { ${join} { __typename } }`)
  cloud.jobs.failNext('disconnect')
  expect(await remove(gateway, nics[0].id)).toMatchObject({ state: 'PENDING' })
  cloud.db.connect(141, networkIds[1])
  await connect(gateway, '141', networkIds[2])
  expect(await remove(gateway, nics[1].id)).toMatchObject({ state: 'COMPLETED' })
})

it('a repeated removal that takes another nic, as the first one ends in that moment, is told so', async () => {
  await using gateway = await startGateway()
  const { cloud } = gateway
  const { nics } = await threeNics(gateway)
  cloud.jobs.hold()
  cloud.failNext('POST /networks/:id/action', resetAfterwards())
  expect(await remove(gateway, nics[0].id)).toMatchObject({ outcome: 'UNKNOWN' })
  cloud.clearRequests()
  cloud.calls.hold('POST /networks/:id/action', { times: 1 })
  const repeated = remove(gateway, nics[0].id)
  await cloud.calls.arrived('POST /networks/:id/action')
  cloud.jobs.release()
  cloud.calls.release()
  expect(await repeated).toMatchObject({ __typename: 'NicMismatchError' })
  expect((await nicsOf(gateway, '141')).map(({ id }) => id)).not.toContain(nics[0].id)
})
