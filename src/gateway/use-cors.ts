import type { Plugin } from 'graphql-yoga'
import type { OriginCheck } from './limits/origin-check.ts'
import { crossSite } from './limits/use-same-origin.ts'

/** What a browser need not ask again for so long. Chromium takes two hours at most. */
const MAX_AGE_SECONDS = 7200

/**
 * Answers what a browser asks before it lets a page of another origin send an operation (a CORS preflight). Any header may then
 * be sent: the origin is trusted. What lets the page read the answer itself stands with the other headers (`answer-headers.ts`).
 */
export function useCors(endpoint: string, origins: OriginCheck): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      const { method, headers } = request
      const origin = headers.get('origin')
      if (method !== 'OPTIONS' || url.pathname !== endpoint || origin === null) return
      if (!origins.takes({ origin, site: headers.get('sec-fetch-site'), host: () => headers.get('host') })) {
        const { message, extensions } = crossSite(origin)
        const { code } = extensions
        endResponse(fetchAPI.Response.json({ errors: [{ message, extensions: { code } }] }, { status: 403 }))
        return
      }
      if (!origins.allows(origin)) return // one's own page has no need to ask
      const asked = headers.get('access-control-request-headers')
      endResponse(
        new fetchAPI.Response(null, {
          status: 204,
          headers: {
            'access-control-allow-methods': 'GET, POST',
            'access-control-max-age': String(MAX_AGE_SECONDS),
            ...(asked === null ? {} : { 'access-control-allow-headers': asked }),
          },
        }),
      )
    },
  }
}
