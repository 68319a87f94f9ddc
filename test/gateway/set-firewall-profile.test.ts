import { describe, expect, it } from 'vitest'
import { reset, resetAfterwards } from '../../src/embedded/failures.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { SetFirewallProfileDocument } from '../support/generated/documents.ts'

async function set({ run }: TestGateway, more: object = {}) {
  const { data, errors } = await run(SetFirewallProfileDocument, {
    input: { serverId: '141', profile: 'ENABLED', ...more },
  })
  expect(errors).toBeUndefined()
  return data?.setFirewallProfile
}

const writes = ({ cloud }: TestGateway) => cloud.requests.filter(({ method }) => method !== 'GET')

const shows = (firewallProfile: string | null) => ({ nics: [{ nicId: 'nic-141-0', firewallProfile }] })

describe.concurrent('setFirewallProfile', () => {
  it.each(['ENABLED', 'DISABLED', 'PROTECTED'] as const)(
    'sets %s and answers what the public nic shows',
    async (profile) => {
      await using gateway = await startGateway()
      gateway.cloud.db.addNetwork({ ownerId: 'user-tutorial' })
      gateway.cloud.db.connect(141, 3)
      const nics = [
        { nicId: 'nic-141-0', firewallProfile: profile },
        { nicId: 'nic-141-1', firewallProfile: null },
      ]
      expect(await set(gateway, { profile })).toEqual({
        __typename: 'SetFirewallProfileSuccess',
        state: 'COMPLETED',
        server: { serverId: '141', nics },
      })
      expect(writes(gateway)).toMatchObject([{ path: '/servers/141/action', body: { firewallProfile: { profile } } }])
      // From then on it is there, and to set it again is done at once.
      gateway.cloud.jobs.hold()
      expect(await set(gateway, { profile, serverId: 'Server:141' })).toMatchObject({ state: 'COMPLETED' })
    },
  )

  it('waits until the profile shows', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.jobs.hold()
    const setting = set(gateway)
    await cloud.calls.arrived('GET /servers/141', 3)
    cloud.jobs.release()
    expect(await setting).toMatchObject({ state: 'COMPLETED', server: shows('ENABLED') })
    expect(writes(gateway)).toHaveLength(1)
  })

  it.each([
    ['at the deadline of a job that lasts', { timeoutSeconds: 1 }, 'hold' as const],
    ['at once when ACCEPTED', { waitUntil: 'ACCEPTED' as const }, 'hold' as const],
    ['at the deadline of a job that failed', { timeoutSeconds: 1 }, 'fail' as const],
  ])('answers PENDING, with the profile as it was, %s', async (_when, waiting, fate) => {
    await using gateway = await startGateway()
    const { jobs } = gateway.cloud
    if (fate === 'hold') jobs.hold()
    else jobs.failNext('firewall')
    expect(await set(gateway, waiting)).toMatchObject({ state: 'PENDING', server: shows('DISABLED') })
    expect(writes(gateway)).toHaveLength(1)
  })

  it('stays PENDING for a server without a public nic, which shows none', async () => {
    await using gateway = await startGateway()
    const { db } = gateway.cloud
    const { id } = db.addServer({ ownerId: 'user-tutorial' })
    const serverId = String(id)
    expect(await set(gateway, { serverId, timeoutSeconds: 1 })).toEqual({
      __typename: 'SetFirewallProfileSuccess',
      state: 'PENDING',
      server: { serverId, nics: [] },
    })
  })

  it('is set while the server is being built', async () => {
    await using gateway = await startGateway()
    gateway.cloud.db.server(141).status = 'BUILD'
    expect(await set(gateway)).toMatchObject({ state: 'COMPLETED', server: shows('ENABLED') })
  })

  it('stays PENDING on a server in error, whose jobs fail without a word', async () => {
    await using gateway = await startGateway()
    gateway.cloud.db.server(141).status = 'ERROR'
    expect(await set(gateway, { timeoutSeconds: 1 })).toMatchObject({ state: 'PENDING', server: shows('DISABLED') })
  })

  it('is refused by a suspended, a deleted and an unknown server, and by one whose backend is offline', async () => {
    await using gateway = await startGateway()
    const { db } = gateway.cloud
    db.server(141).suspended = true
    expect(await set(gateway)).toEqual({
      __typename: 'ServerSuspendedError',
      code: 'SERVER_SUSPENDED',
      message: 'Server 141 is suspended by an administrator and cannot be changed.',
      fault: { status: 403, name: 'forbidden' },
    })
    db.server(142).backendOnline = false
    const fault = { status: 503, name: 'serviceUnavailable' }
    expect(await set(gateway, { serverId: '142' })).toMatchObject({ __typename: 'CloudUnavailableError', fault })
    db.deleteServer(142)
    for (const [serverId, status] of [
      ['142', 400],
      ['99', 404],
    ] as const) {
      const message = `There is no server ${serverId} for this token.`
      const refusal = { __typename: 'ServerNotFoundError', message, fault: { status } }
      expect(await set(gateway, { serverId })).toMatchObject(refusal)
    }
  })

  it('is found to be set when the answer was lost, and unknown when it does not show', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.failNext('POST /servers/:id/action', resetAfterwards())
    expect(await set(gateway)).toMatchObject({ state: 'COMPLETED', server: shows('ENABLED') })
    cloud.failNext('POST /servers/:id/action', reset())
    const lost = { __typename: 'CloudUnavailableError', fault: null }
    expect(await set(gateway, { profile: 'PROTECTED' })).toMatchObject(lost)
    expect(writes(gateway)).toHaveLength(2)
  })

  it('refuses a time out of bounds without asking', async () => {
    await using gateway = await startGateway()
    expect(await set(gateway, { timeoutSeconds: 301 })).toMatchObject({ __typename: 'InvalidInputError' })
    expect(gateway.cloud.requests).toHaveLength(0)
  })
})
