import type { Plugin } from 'graphql-yoga'
import { refusedRequest } from './limits/refusal.ts'

/** Answers 400 to variables and extensions in a URL that are no JSON: yoga 5.24 takes that for a failure of its own, a 500. */
export function useUrlJson(): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (request.method !== 'GET' || !requestParser) return
      setRequestParser(async (asked) => {
        try {
          return await requestParser(asked)
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error
          throw refusedRequest('BAD_REQUEST', '`variables` and `extensions` in a URL must be JSON.', 400)
        }
      })
    },
  }
}
