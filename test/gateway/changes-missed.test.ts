import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer, reset } from '../../src/embedded/failures.ts'
import { badRequest } from '../../src/embedded/faults.ts'
import { type EventStream, openEvents } from '../support/events.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { ChangesDocument, type ChangesSubscription } from '../support/generated/documents.ts'

const ownerId = 'user-tutorial'

const open = (gateway: TestGateway) => openEvents(gateway, ChangesDocument)

function rename({ db }: EmbeddedCloud, serverId: number, name: string) {
  db.server(serverId).name = name
  db.touch(db.server(serverId))
}

/** The next event, which must be that rename. */
async function expectRename(events: EventStream<ChangesSubscription>, serverId: number, name: string) {
  const [event] = await events.take(1)
  expect(event?.changes).toMatchObject({ __typename: 'ServerUpdated', server: { id: `Server:${serverId}`, name } })
}

const atLeast = (count: number, { calls }: EmbeddedCloud) => calls.arrived('*', count)

describe('nothing is missed', () => {
  it('in an outage, which is waited out, then told as differences', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    await using events = await open(gateway)
    for (const failure of [htmlAnswer(502), reset(), htmlAnswer(503)]) cloud.failNext('GET *', failure, 3)
    rename(cloud, 141, 'passing')
    cloud.db.addServer({ ownerId, id: 150, name: 'short-lived' })
    await cloud.calls.until(() => cloud.plannedFailures.length < 3)
    rename(cloud, 141, 'lasting')
    cloud.db.deleteServer(150)
    await expectRename(events, 141, 'lasting')
    expect(cloud.plannedFailures).toEqual([])
  })

  it('after an outage at the beginning but what was so when the cloud was first seen', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.failNext('GET *', htmlAnswer(502), 3)
    await using events = await open(gateway)
    await cloud.calls.until((requests) => 'changes-since' in (requests.at(-1)?.query ?? {}))
    rename(cloud, 142, 'first to be told')
    await expectRename(events, 142, 'first to be told')
  })

  it.each<[what: string, miss: (cloud: EmbeddedCloud, ahead: (ms: number) => void) => void]>([
    ['whose clock has run two hours', (_cloud, ahead) => ahead(2 * 3600_000)],
    ['whose clock went back', (_cloud, ahead) => ahead(-3600_000)],
    [
      'that refuses the marks',
      (cloud) => {
        cloud.failNext('GET /servers/detail', badRequest('Too old changes-since value.'))
        cloud.failNext('GET /networks/detail', badRequest('Too old changes-since value.'))
      },
    ],
  ])('by a cloud %s: all is read and compared', async (_what, miss) => {
    let aheadMs = 0
    await using gateway = await startGateway({ cloud: { clock: () => Date.now() + aheadMs } })
    const { cloud } = gateway
    cloud.db.addServer({ ownerId, id: 150 })
    await using events = await open(gateway)
    cloud.db.deleteServer(150)
    rename(cloud, 141, 'x')
    miss(cloud, (ms) => {
      aheadMs = ms
    })
    const [renamed, deleted] = await events.take(2)
    expect(renamed?.changes).toMatchObject({ __typename: 'ServerUpdated', server: { name: 'x' } })
    expect(deleted?.changes).toMatchObject({ __typename: 'ServerDeleted', serverId: '150' })
    await cloud.calls.until((requests) => requests.some(({ status }) => status === 400))
    const refused = cloud.requests.findIndex(({ status }) => status === 400)
    expect(cloud.requests[refused + 1]).toMatchObject({ path: cloud.requests[refused]?.path, query: {} })
  })

  it('by changes that come to light late, with a time that has passed', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.db.addNetwork({ ownerId, id: 7 })
    await using events = await open(gateway)
    await atLeast(8, cloud)
    Object.assign(cloud.db.server(141), { name: 'late', updated: cloud.db.now() - 5_000_000 })
    await expectRename(events, 141, 'late')
    Object.assign(cloud.db.network(7), { status: 'DELETED', updated: cloud.db.now() - 5_000_000 })
    const [event] = await events.take(1)
    expect(event?.changes).toMatchObject({ __typename: 'NetworkDeleted', networkId: '7' })
  })

  it('by changes that leave no mark: from time to time all is read', async () => {
    await using gateway = await startGateway({ wholeReadMs: 1 })
    const { cloud } = gateway
    await using events = await open(gateway)
    cloud.db.server(141).name = 'unmarked'
    await expectRename(events, 141, 'unmarked')
  })

  it('of what is no event by itself: a later event shows it', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    await using events = await openEvents<{ changes: unknown }, object>(
      gateway,
      'subscription { changes { ... on ServerUpdated { server { networks { updatedAt } } } } }',
    )
    await atLeast(4, cloud)
    // Seen, and soon too old to be shown again.
    Object.assign(cloud.db.network(1), { updated: cloud.db.now() - 59_000_000 })
    const networkLooks = () => cloud.requests.filter(({ path }) => path === '/networks/detail')
    const later = () => networkLooks().slice(1)
    await cloud.calls.until(() => later().some(({ status }) => status === 200))
    await cloud.calls.until(() => later().at(-1)?.status === 304)
    rename(cloud, 141, 'x')
    const updatedAt = new Date(cloud.db.network(1).updated / 1000).toISOString().slice(0, 23)
    expect(await events.take(1)).toEqual([
      { changes: { server: { networks: [{ updatedAt: expect.stringContaining(updatedAt) }] } } },
    ])
  })
})
