import type { Plugin } from 'graphql-yoga'
import { refusedRequest } from './refusal.ts'

/** One operation a request, so that every limit is one of a request. Yoga refuses batches too, without a code of their own. */
export function useNoBatches(): Plugin {
  return {
    onRequestParse: () => ({
      onRequestParseDone({ requestParserResult }) {
        if (!Array.isArray(requestParserResult)) return
        throw refusedRequest(
          'BATCHING_NOT_SUPPORTED',
          'Send one operation a request; a list of them is not taken.',
          400,
        )
      },
    }),
  }
}
