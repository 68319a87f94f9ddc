/** The connections to Redis. */
import { once } from 'node:events'
import { setTimeout as sleepFor } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'

export interface RedisLink {
  /** Commands fail at once while Redis is away, and in a second when it does not answer. */
  readonly commands: Redis
  /** Comes back with its subscriptions. */
  readonly subscriber: Redis
  /** Why there is no connection, when that is known: what a command fails with does not say. */
  problem(): Error | null
  close(): Promise<void>
}

const ANSWER_MS = 1000
const LONGEST_RECONNECT_MS = 2000

/** How long the start waits for Redis, so that the first requests find it. */
const FIRST_CONNECT_MS = 2000

const both: RedisOptions = {
  retryStrategy: (attempt) => Math.min(attempt * 50, LONGEST_RECONNECT_MS),
  connectTimeout: 5000,
  // A lease or a message of before the outage is none afterwards.
  autoResendUnfulfilledCommands: false,
}

/** Answers whether Redis does or not: it may come later. */
export async function connectRedis(url: URL): Promise<RedisLink> {
  const commands = new Redis(url.href, {
    ...both,
    commandTimeout: ANSWER_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  })
  const subscriber = new Redis(url.href, { ...both, maxRetriesPerRequest: null })
  let problem: Error | null = null
  commands.on('error', (error) => {
    problem = error
  })
  commands.on('ready', () => {
    problem = null
  })
  subscriber.on('error', () => {}) // the other one has the same
  const given = new AbortController()
  await Promise.race([
    once(commands, 'ready', given).catch(() => {}),
    sleepFor(FIRST_CONNECT_MS, undefined, given).catch(() => {}),
  ])
  given.abort()
  return {
    commands,
    subscriber,
    problem: () => problem,
    close: async () => {
      subscriber.disconnect()
      await commands.quit().catch(() => commands.disconnect()) // after what was sent before
    },
  }
}
