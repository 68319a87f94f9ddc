import type { Plugin } from 'graphql-yoga'
import { refusedRequest } from './refusal.ts'

/**
 * Runs nothing for a page of another origin. Bodies of JSON and the lack of CORS keep such a page from changing or reading
 * anything; this keeps it from making a browser ask, as by an image's URL that holds a query. Browsers have said where a
 * request comes from since 2023, and no page can make them lie; what is no browser says nothing, and is let through.
 * GraphiQL's page is opened before this.
 */
export function useSameOrigin(): Plugin {
  return {
    onRequestParse({ request }) {
      const site = request.headers.get('sec-fetch-site')
      if (site !== 'cross-site' && site !== 'same-site') return
      throw refusedRequest('CROSS_SITE_REQUEST', 'Operations are taken from pages of this origin only.', 403)
    },
  }
}
