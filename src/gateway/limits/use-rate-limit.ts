import type { Plugin } from 'graphql-yoga'
import { arrivalOf } from '../arrival.ts'
import { tokenOf } from '../token.ts'
import type { AcceptedTokens } from './accepted-tokens.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { refusedRequest } from './refusal.ts'

/**
 * Refuses whoever asks too often, before a body is parsed. Counted are the requests of a token that the cloud has accepted, under a
 * digest of it, and all others by where they come from. X-Forwarded-For is not looked at: anybody can write it. So behind a proxy
 * all requests without a token are one caller's, as they are where all use the gateway's own token.
 */
export function useRateLimit(limiter: RateLimiter, accepted: Pick<AcceptedTokens, 'callerOf'>): Plugin {
  return {
    onRequestParse({ request }) {
      const brought = tokenOf(request.headers)
      const token = typeof brought === 'string' ? brought : null
      return limiter.take(accepted.callerOf(token, arrivalOf(request)?.address ?? '')).then((wait) => {
        if (wait === null) return
        throw refusedRequest('RATE_LIMITED', `Too many requests in a minute; try again in ${wait} seconds.`, 429, {
          headers: { 'retry-after': String(wait) },
          retryAfterSeconds: wait,
        })
      })
    },
  }
}
