import { arrivalOf } from './arrival.ts'
import type { AcceptedTokens } from './limits/accepted-tokens.ts'
import { tokenOf, UNREADABLE } from './token.ts'

/** Who asks, as far as the gateway knows. */
export interface RequestCaller {
  /** With which the cloud is asked; null: with none, so it is not. */
  readonly token: string | null
  /** With whom its calls take turns: those of the same token, or, until the cloud has accepted that, of the same address. */
  queuedAs(): string
}

/** Finds who asks; `defaultToken` is lent to those who bring no token, not even one that cannot be read. */
export function callerFinder(defaultToken: string | null, accepted: AcceptedTokens) {
  return (request: Request): RequestCaller => {
    const brought = tokenOf(request.headers)
    const token = brought === UNREADABLE ? null : (brought ?? defaultToken)
    // Not the request itself: a watch keeps this for longer.
    const address = arrivalOf(request)?.address ?? ''
    const queuedAs = () => {
      const known = accepted.callerOf(token, address)
      return known.token ?? `address ${known.address}` // no token has a space
    }
    return { token, queuedAs }
  }
}
