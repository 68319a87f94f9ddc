/** What several gateway processes share by a Redis. Loaded only when there is one. */
import { randomUUID } from 'node:crypto'
import type { Lookouts } from '../operations/lookout.ts'
import { Leases } from './leases.ts'
import { createNewsChannel } from './news-channel.ts'
import { connectRedis } from './redis.ts'
import { SharedLookouts } from './shared-lookouts.ts'
import { type RateLimiter, sharedRateLimiter } from './shared-rate-limiter.ts'

export interface SharedStateSettings {
  readonly redisUrl: URL
  readonly cloudUrl: URL
  readonly log: { info(text: string): void; warn(text: string): void }
  /** How often each process says of its leases that it is there. A second unless told. */
  readonly beatMs?: number
  /** When a process that says nothing is thought to be gone. Four seconds unless told. */
  readonly leaseMs?: number
}

export interface SharedState {
  readonly lookouts: Lookouts
  /** Counts for all processes together; `alone` counts while Redis is away. */
  rateLimiter(requestsPerMinute: number, alone: RateLimiter): RateLimiter
  close(): Promise<void>
}

/** Answers whether Redis does or not: without it each process works as if alone, until it comes back. */
export async function openSharedState(settings: SharedStateSettings): Promise<SharedState> {
  const { redisUrl, cloudUrl, log, beatMs = 1000, leaseMs = 4000 } = settings
  const link = await connectRedis(redisUrl)
  const lookouts = new SharedLookouts({
    leases: new Leases(link.commands, randomUUID(), leaseMs),
    channel: createNewsChannel(link),
    cloud: cloudUrl.href,
    beatMs,
    onTurn: (error) => {
      if (error === null) log.info(`Redis at ${redisUrl.host} answers again`)
      else {
        const { message } = link.problem() ?? error
        log.warn(`Redis at ${redisUrl.host} does not answer, so this process works as if alone: ${message}`)
      }
    },
  })
  await lookouts.start()
  return {
    lookouts,
    rateLimiter: (requestsPerMinute, alone) =>
      sharedRateLimiter(
        { redis: link.commands, secret: () => lookouts.secret, cloud: cloudUrl.href },
        requestsPerMinute,
        alone,
      ),
    close: async () => {
      lookouts.stop()
      await link.close()
    },
  }
}
