import type { Redis } from 'ioredis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { digestOf } from './leases.ts'

/** As the gateway has it. */
export interface RateLimiter {
  take(caller: { readonly token: string | null; readonly address: string }): Promise<number | null>
}

export interface SharedRatesSettings {
  readonly redis: Redis
  /** Of the digests; null while Redis is away. */
  readonly secret: () => string | null
  /** The cloud's URL: a token of one says nothing to another. */
  readonly cloud: string
}

const WINDOW_SECONDS = 60

/**
 * Counts what all processes together have been asked. While Redis is away each counts alone, from nothing: a gateway that
 * refused everybody then would be worse than one that takes some more.
 */
export function sharedRateLimiter(
  { redis, secret, cloud }: SharedRatesSettings,
  requestsPerMinute: number,
  alone: RateLimiter,
): RateLimiter {
  const limiter = new RateLimiterRedis({
    points: requestsPerMinute,
    duration: WINDOW_SECONDS,
    storeClient: redis,
    keyPrefix: 'cloudnet:rate',
  })
  return {
    async take(caller) {
      const key = secret()
      if (key === null) return alone.take(caller)
      const who = caller.token === null ? `address ${caller.address}` : `token ${caller.token}`
      try {
        await limiter.consume(digestOf(key, cloud, who))
        return null
      } catch (refused) {
        // Anything else is an outage, which is told elsewhere.
        if (!(refused instanceof RateLimiterRes)) return alone.take(caller)
        return Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
      }
    },
  }
}
