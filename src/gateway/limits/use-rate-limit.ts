import type { Plugin } from 'graphql-yoga'
import { tokenOf } from '../context.ts'
import type { ServerContext } from '../listener.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { refusedRequest } from './refusal.ts'

/**
 * Refuses whoever asks too often, before a body is parsed. Counted are the requests of a token, under a digest of it, and
 * those without one by the address they come from. X-Forwarded-For is not looked at: anybody can write it. So behind a
 * proxy all requests without a token are one caller's, as they are where all use the gateway's own token.
 */
export function useRateLimit(limiter: RateLimiter): Plugin {
  return {
    onRequestParse({ request, serverContext }) {
      const token = tokenOf(request.headers)
      const { address } = serverContext as unknown as ServerContext // the listener hands it over
      return limiter.take({ token, address }).then((wait) => {
        if (wait === null) return
        throw refusedRequest('RATE_LIMITED', `Too many requests in a minute; try again in ${wait} seconds.`, 429, {
          headers: { 'retry-after': String(wait) },
          retryAfterSeconds: wait,
        })
      })
    },
  }
}
