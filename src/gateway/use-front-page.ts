import type { Plugin } from 'graphql-yoga'

/** Sends whoever opens the gateway in a browser to GraphiQL, until there is a page of its own. */
export function useFrontPage(target: string): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/' || (request.method !== 'GET' && request.method !== 'HEAD')) return
      endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: target } }))
    },
  }
}
