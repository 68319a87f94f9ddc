import { LRUCache } from 'lru-cache'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { tokenDigests } from '../../cloud/token-digest.ts'

/** Whom a request is counted as: a token that the cloud has accepted, or else the address that it comes from, of IPv6 its network's. */
export interface RateCaller {
  readonly token: string | null
  readonly address: string
}

export interface RateLimiter {
  /** Takes one request of the caller's; gives the seconds to wait when there is none left, else null. */
  take(caller: RateCaller): Promise<number | null>
}

const WINDOW_SECONDS = 60

/** A caller is some hundreds of bytes. When there are more, those not heard of longest are counted anew. */
const MOST_CALLERS = 50_000

/** Counts in this process alone, so many requests a minute from a caller's first one on. */
export function rateLimiterInMemory(requestsPerMinute: number, mostCallers = MOST_CALLERS): RateLimiter {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: WINDOW_SECONDS })
  // The limiter's own store has no bound: everybody who makes tokens up would have a place in it.
  const digestOf = tokenDigests()
  const callers = new LRUCache<string, true>({
    max: mostCallers,
    dispose: (_true, caller) => void limiter.delete(caller),
  })
  return {
    take({ token, address }) {
      const caller = token === null ? `address ${address}` : `token ${digestOf(token)}`
      if (!callers.get(caller)) callers.set(caller, true)
      return limiter.consume(caller).then(
        () => null,
        (refused: unknown) => {
          if (!(refused instanceof RateLimiterRes)) throw refused
          return Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
        },
      )
    },
  }
}
