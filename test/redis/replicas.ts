import { expect } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import type { PollPolicy } from '../../src/operations/watch.ts'
import { openSharedState } from '../../src/shared-state/shared-state.ts'
import { type EventStream, openEvents } from '../support/events.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { ChangesDocument, type ChangesSubscription } from '../support/generated/documents.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'

export const ownerId = 'user-tutorial'
export const other = { 'x-auth-token': 'other-token' }

/** Beats as quick as the polls of these tests; the lease lasts over what a busy machine may stand still for. */
export const pace = { beatMs: 30, leaseMs: 10_000 }

export interface Replica extends AsyncDisposable {
  readonly gateway: TestGateway
  readonly logged: readonly string[]
  subscribe(headers?: Record<string, string>): Promise<EventStream<ChangesSubscription>>
}

export interface Place extends AsyncDisposable {
  readonly cloud: EmbeddedCloud
  readonly redis: TestRedis
  /** One more gateway over the same cloud and Redis. */
  replica(options?: { polls?: PollPolicy; beatMs?: number }): Promise<Replica>
}

export async function startPlace(): Promise<Place> {
  const [cloud, redis] = await Promise.all([startEmbeddedCloud({ jobDelayMs: 0 }), startRedis()])
  const replicas: Replica[] = []
  const replica: Place['replica'] = async ({ polls, beatMs = pace.beatMs } = {}) => {
    const logged: string[] = []
    const log = { info: (text: string) => void logged.push(text), warn: (text: string) => void logged.push(text) }
    const shared = await openSharedState({ redisUrl: redis.url, cloudUrl: new URL(cloud.url), log, ...pace, beatMs })
    const gateway = await startGateway({ over: cloud, lookouts: shared.lookouts, ...(polls && { polls }) })
    const stop = async () => {
      await gateway[Symbol.asyncDispose]()
      await shared.close()
    }
    let stopped: Promise<void> | undefined
    const one: Replica = {
      gateway,
      logged,
      subscribe: (headers = {}) => openEvents(gateway, ChangesDocument, { headers }),
      [Symbol.asyncDispose]: () => (stopped ??= stop()),
    }
    replicas.push(one)
    return one
  }
  return {
    cloud,
    redis,
    replica,
    [Symbol.asyncDispose]: async () => {
      redis.thaw()
      await Promise.all(replicas.map((one) => one[Symbol.asyncDispose]()))
      await cloud.close()
      await redis[Symbol.asyncDispose]()
    },
  }
}

export function rename({ db }: EmbeddedCloud, serverId: number, name: string) {
  db.server(serverId).name = name
  db.touch(db.server(serverId))
}

/** The next event, which must be that rename: so nothing was told twice before, nor left out. */
export async function expectRename(events: EventStream<ChangesSubscription>, serverId: number, name: string) {
  const [event] = await events.take(1)
  expect(event?.changes).toMatchObject({ __typename: 'ServerUpdated', server: { id: `Server:${serverId}`, name } })
}

export const looks = ({ requests }: EmbeddedCloud, tenant = ownerId) =>
  requests.filter((request) => request.path === '/servers/detail' && request.tenant === tenant)

export const untilLooks = (count: number, cloud: EmbeddedCloud) => cloud.calls.until(() => looks(cloud).length >= count)
