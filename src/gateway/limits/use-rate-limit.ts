import type { Plugin } from 'graphql-yoga'
import ipaddr from 'ipaddr.js'
import { arrivalOf } from '../arrival.ts'
import { tokenOf, UNREADABLE } from '../token.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { refusedRequest } from './refusal.ts'

/** Of an IPv6 address so much is its network's. The rest a host makes up, as often as it likes (RFC 8981). */
const NETWORK_BITS = 64

/**
 * Refuses whoever asks too often, before a body is parsed. Counted are the requests of a token, under a digest of it, and
 * those without one by where they come from. X-Forwarded-For is not looked at: anybody can write it. So behind a proxy all
 * requests without a token are one caller's, as they are where all use the gateway's own token.
 */
export function useRateLimit(limiter: RateLimiter): Plugin {
  return {
    onRequestParse({ request }) {
      const brought = tokenOf(request.headers)
      const token = brought === UNREADABLE ? null : brought
      const address = token === null ? countedAs(arrivalOf(request)?.address ?? '') : ''
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

/** Of IPv4 the address, in whichever form it comes; of IPv6 the network; of anything else what it is. */
function countedAs(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${NETWORK_BITS}`).toString()
}
