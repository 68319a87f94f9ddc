import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import { tokenDigests } from '../../cloud/token-digest.ts'
import type { RateCaller } from './rate-limiter.ts'

/** Only the cloud can put one in. When there are more, those not heard of longest count by their address once more. */
const MOST_TOKENS = 50_000

/** Of an IPv6 address so much is its network's. The rest a host makes up, as often as it likes (RFC 8981). */
const NETWORK_BITS = 64

/**
 * Which tokens are somebody's, as far as the cloud has said so. Tokens cost nothing to make up: one is a caller of its own once the
 * cloud has accepted it, and until then whoever brings it is the address that it comes from.
 */
export class AcceptedTokens {
  readonly #digestOf = tokenDigests()
  readonly #accepted = new LRUCache<string, true>({ max: MOST_TOKENS })

  /** To be told with each answer of the cloud that shows whether a token is somebody's. */
  told(token: string, isAccepted: boolean): void {
    const digest = this.#digestOf(token)
    if (isAccepted) this.#accepted.set(digest, true)
    else this.#accepted.delete(digest)
  }

  /** Whom a request counts as. Null: it has brought no token, or none that can be read. */
  callerOf(token: string | null, address: string): RateCaller {
    const isKnown = token !== null && this.#accepted.get(this.#digestOf(token)) === true
    return isKnown ? { token, address: '' } : { token: null, address: countedAs(address) }
  }
}

/** Of IPv4 the address, in whichever form it comes; of IPv6 the network; of anything else what it is. */
function countedAs(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${NETWORK_BITS}`).toString()
}
