/** What is changed through the gateway itself is told without waiting for the next look at intervals. */
import { describe, expect, it } from 'vitest'
import { afterwards, htmlAnswer } from '../../src/embedded/failures.ts'
import { openEvents } from '../support/events.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { ChangesDocument } from '../support/generated/documents.ts'
import { untilInFlight } from '../support/metrics.ts'

/** No look at intervals comes in time. */
const polls = { shortestMs: 600_000, longestMs: 600_000 }
const other = { headers: { 'x-auth-token': 'other-token' } }

const change = async ({ run }: TestGateway, field: string, options = {}) => {
  const { data } = await run<{ told: Record<string, unknown> }, object>(`mutation { told: ${field} }`, {}, options)
  return data?.told
}
const create = (gateway: TestGateway, name: string) =>
  change(gateway, `createNetwork(input: { name: "${name}" }) { ... on CreateNetworkSuccess { network { networkId } } }`)
const remove = (gateway: TestGateway, networkId: string) =>
  change(gateway, `deleteNetwork(input: { networkId: ${networkId}, waitUntil: ACCEPTED }) { __typename }`)

interface Told {
  readonly changes: { readonly __typename: string; readonly name?: string }
}
const NAMES = `subscription { changes { __typename ... on NetworkCreated { network { name } } } }`

describe('a change of one’s own', () => {
  it('is told at once, though another one undoes it in the same moment', async () => {
    await using gateway = await startGateway({ polls })
    await using events = await openEvents<Told, object>(gateway, NAMES)
    for (let round = 0; round < 5; round++) {
      const made = (await create(gateway, `n${round}`)) as { network: { networkId: string } }
      await remove(gateway, made.network.networkId)
      expect((await events.take(2)).map(({ changes }) => changes)).toMatchObject([
        { __typename: 'NetworkCreated', network: { name: `n${round}` } },
        { __typename: 'NetworkDeleted' },
      ])
    }
  })

  it('is told at once by each kind of mutation, when the cloud shows it', async () => {
    await using gateway = await startGateway({ polls, cloud: { jobDelayMs: 20 } })
    gateway.cloud.db.addNetwork({ ownerId: 'user-tutorial', id: 7, name: 'n' })
    await using events = await openEvents(gateway, ChangesDocument)
    const next = async () => (await events.take(1))[0]?.changes
    await change(gateway, 'renameNetwork(input: { networkId: 7, name: "m" }) { __typename }')
    expect(await next()).toMatchObject({ __typename: 'NetworkUpdated', network: { id: 'Network:7' } })
    await change(gateway, 'connectServer(input: { serverId: 141, networkId: 7 }) { __typename }')
    expect(await next()).toMatchObject({ __typename: 'NicConnected' })
    await change(gateway, 'setFirewallProfile(input: { serverId: 141, profile: PROTECTED }) { __typename }')
    expect(await next()).toMatchObject({ __typename: 'ServerUpdated', server: { id: 'Server:141' } })
    await change(gateway, 'disconnectServer(input: { serverId: 141, networkId: 7 }) { __typename }')
    expect(await next()).toMatchObject({ __typename: 'NicDisconnected' })
    await change(gateway, 'deleteNetwork(input: { networkId: 7 }) { __typename }')
    expect(await next()).toMatchObject({ __typename: 'NetworkDeleted' })
  })

  it('is told when the cloud has not answered it', async () => {
    await using gateway = await startGateway({ polls })
    await using events = await openEvents<Told, object>(gateway, NAMES)
    gateway.cloud.failNext('POST /networks', afterwards(htmlAnswer()))
    await create(gateway, 'lost')
    expect(await events.take(1)).toMatchObject([{ changes: { network: { name: 'lost' } } }])
  })

  it('is not waited for by whoever changes something with another token', async () => {
    await using gateway = await startGateway({ polls })
    await using _events = await openEvents<Told, object>(gateway, NAMES)
    gateway.cloud.calls.hold('GET /servers/detail')
    await create(gateway, 'mine')
    await gateway.cloud.calls.arrived('GET /servers/detail')
    const theirs = 'createNetwork(input: { name: "theirs" }) { __typename }'
    expect(await change(gateway, theirs, other)).toEqual({ __typename: 'CreateNetworkSuccess' })
    gateway.cloud.calls.release()
  })

  it('is told when its job ends after it was answered', async () => {
    await using gateway = await startGateway({ polls })
    gateway.cloud.db.addNetwork({ ownerId: 'user-tutorial', id: 7, name: 'n' })
    await using events = await openEvents(gateway, ChangesDocument)
    gateway.cloud.jobs.hold()
    await change(gateway, 'connectServer(input: { serverId: 141, networkId: 7, waitUntil: ACCEPTED }) { __typename }')
    gateway.cloud.jobs.release()
    expect((await events.take(1))[0]?.changes).toMatchObject({ __typename: 'NicConnected' })
  })

  it('is told before the next one is sent, though nothing was seen of it when it was answered', async () => {
    await using gateway = await startGateway({ polls, waits: { firstMs: 600_000, longestMs: 600_000 } })
    const { cloud } = gateway
    cloud.db.addNetwork({ ownerId: 'user-tutorial', id: 7, name: 'n' })
    await using events = await openEvents(gateway, ChangesDocument)
    cloud.jobs.hold()
    await change(gateway, 'connectServer(input: { serverId: 141, networkId: 7, waitUntil: ACCEPTED }) { __typename }')
    // The look after it has ended without it.
    await cloud.calls.until((requests) => requests.filter(({ path }) => path === '/networks/detail').length > 1)
    cloud.jobs.release()
    await change(
      gateway,
      'disconnectServer(input: { serverId: 141, networkId: 7, waitUntil: ACCEPTED }) { __typename }',
    )
    expect((await events.take(2)).map(({ changes }) => changes)).toMatchObject([
      { __typename: 'NicConnected' },
      { __typename: 'NicDisconnected' },
    ])
  })

  it('waits no longer than a second for a look that does not end, and is not sent for who has left meanwhile', async () => {
    await using gateway = await startGateway({ polls })
    await using _events = await openEvents<Told, object>(gateway, NAMES)
    const { calls } = gateway.cloud
    calls.hold('GET /servers/detail')
    await create(gateway, 'first')
    await calls.arrived('GET /servers/detail', 2)
    const leaving = new AbortController()
    const left = change(gateway, 'createNetwork(input: { name: "left" }) { __typename }', { signal: leaving.signal })
    await untilInFlight(gateway, 2)
    leaving.abort()
    await left.catch(() => {})
    await untilInFlight(gateway, 1)
    expect(await create(gateway, 'second')).toMatchObject({ network: { networkId: expect.any(String) } })
    const made = gateway.cloud.requests.filter(({ method }) => method === 'POST')
    expect(made).toHaveLength(2)
    calls.release()
  })

  it('goes on when the look after an earlier one fails', async () => {
    await using gateway = await startGateway({ polls })
    await using events = await openEvents<Told, object>(gateway, NAMES)
    gateway.cloud.failNext('GET /servers/detail', htmlAnswer())
    await create(gateway, 'first')
    await create(gateway, 'second')
    expect(await events.take(2)).toMatchObject([
      { changes: { network: { name: 'first' } } },
      { changes: { network: { name: 'second' } } },
    ])
  })
})

describe('changes made at the same time', () => {
  const RENAMES = 'subscription { changes { __typename ... on NetworkUpdated { network { name } } } }'
  const withNetwork = async () => {
    const gateway = await startGateway({ polls })
    gateway.cloud.db.addNetwork({ ownerId: 'user-tutorial', id: 7, name: 'n' })
    return gateway
  }

  it('of one thing are told each', async () => {
    await using gateway = await withNetwork()
    await using events = await openEvents<Told, object>(gateway, RENAMES)
    const names = ['a', 'b', 'c', 'd', 'e']
    await Promise.all(
      names.map((name) => change(gateway, `renameNetwork(input: { networkId: 7, name: "${name}" }) { __typename }`)),
    )
    const told = (await events.take(names.length)) as unknown as { changes: { network: { name: string } } }[]
    expect(told.map(({ changes }) => changes.network.name).toSorted()).toEqual(names)
  })

  it('are told in the order in which they were made, a deletion last', async () => {
    await using gateway = await withNetwork()
    await using events = await openEvents<Told, object>(gateway, RENAMES)
    const renamed = change(gateway, 'renameNetwork(input: { networkId: 7, name: "m" }) { __typename }')
    await gateway.cloud.calls.arrived('PUT /networks/:id')
    const removed = remove(gateway, '7')
    await Promise.all([renamed, removed])
    expect((await events.take(2)).map(({ changes }) => changes.__typename)).toEqual([
      'NetworkUpdated',
      'NetworkDeleted',
    ])
  })

  it('are sent after three seconds at most, however long one before takes', async () => {
    await using gateway = await withNetwork()
    await using _events = await openEvents<Told, object>(gateway, RENAMES)
    gateway.cloud.calls.hold('PUT /networks/:id', { times: 1 })
    const held = change(gateway, 'renameNetwork(input: { networkId: 7, name: "held" }) { __typename }')
    await gateway.cloud.calls.arrived('PUT /networks/:id')
    expect(await create(gateway, 'free')).toMatchObject({ network: { networkId: expect.any(String) } })
    gateway.cloud.calls.release()
    await held
  })
})
