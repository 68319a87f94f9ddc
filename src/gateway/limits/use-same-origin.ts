import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { OriginCheck } from './origin-check.ts'
import { refusedRequest } from './refusal.ts'

const LONGEST_SHOWN = 200

/**
 * Runs nothing for a page of an origin that is not allowed. Bodies of JSON and the lack of CORS keep such a page from changing or
 * reading anything; this also keeps it from making a browser ask, as by an image's URL that holds a query. GraphiQL's page is
 * opened before this.
 */
export function useSameOrigin(origins: OriginCheck): Plugin {
  return {
    onRequestParse({ request: { headers } }) {
      const origin = headers.get('origin')
      if (origins.takes({ origin, site: headers.get('sec-fetch-site'), host: () => headers.get('host') })) return
      throw crossSite(origin)
    },
  }
}

export function crossSite(origin: string | null): GraphQLError {
  const own = "Browsers may send operations only from the gateway's own origin (see ALLOWED_ORIGINS)."
  const from = origin === null ? '' : ` This one was sent from ${JSON.stringify(origin.slice(0, LONGEST_SHOWN))}.`
  return refusedRequest('CROSS_SITE_REQUEST', own + from, 403)
}
