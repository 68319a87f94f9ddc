import type { Plugin } from 'graphql-yoga'

/**
 * Serves the endpoint at its own path only, where yoga takes every URL that ends so, and sends whoever opens the gateway in
 * a browser to GraphiQL, if that is on, until there is a page of its own.
 */
export function useExactPaths(endpoint: string, { hasFront }: { hasFront: boolean }): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname === endpoint) return
      const isFront = hasFront && url.pathname === '/' && (request.method === 'GET' || request.method === 'HEAD')
      endResponse(
        isFront
          ? new fetchAPI.Response(null, { status: 302, headers: { location: endpoint } })
          : new fetchAPI.Response(null, { status: 404 }),
      )
    },
  }
}
