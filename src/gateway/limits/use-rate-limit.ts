import type { Plugin } from 'graphql-yoga'
import { arrivalOf } from '../arrival.ts'
import { tokenOf } from '../context.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { refusedRequest } from './refusal.ts'

/**
 * Refuses whoever asks too often, before a body is parsed. Counted are the requests of a token, under a digest of it, and
 * those without one by the address they come from. X-Forwarded-For is not looked at: anybody can write it. So behind a
 * proxy all requests without a token are one caller's, as they are where all use the gateway's own token.
 */
export function useRateLimit(limiter: RateLimiter): Plugin {
  return {
    onRequestParse({ request }) {
      const token = tokenOf(request.headers)
      return limiter.take({ token, address: arrivalOf(request)?.address ?? '' }).then((wait) => {
        if (wait === null) return
        throw refusedRequest('RATE_LIMITED', `Too many requests in a minute; try again in ${wait} seconds.`, 429, {
          headers: { 'retry-after': String(wait) },
          retryAfterSeconds: wait,
        })
      })
    },
  }
}
