import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/**
 * Takes POST bodies of application/json only. A page elsewhere can make a browser send forms and plain text with no
 * question asked (no CORS preflight), so those could forge a mutation.
 */
export function useJsonOnly(): Plugin {
  return {
    onRequestParse({ request }) {
      const [type] = (request.headers.get('content-type') ?? '').split(';', 1)
      if (request.method !== 'POST' || type?.trim().toLowerCase() === 'application/json') return
      throw new GraphQLError('Send the operation as application/json.', {
        extensions: { code: 'UNSUPPORTED_MEDIA_TYPE', http: { status: 415 } },
      })
    },
  }
}
