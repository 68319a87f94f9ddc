import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations'
import type { Plugin } from 'graphql-yoga'
import { refusedRequest } from './refusal.ts'

/** The name of the parameter by GraphQL over HTTP; Apollo's clients send theirs in `extensions`. */
export const DOCUMENT_ID = 'documentId'

const idRequired = () =>
  refusedRequest(
    'PERSISTED_QUERY_ID_REQUIRED',
    'Only operations known by an id are taken: send `documentId`, or `extensions.persistedQuery`, and no text.',
    400,
  )

/** Takes operations by their ids alone, of those that the operator has listed. All other limits hold for them too. */
export function usePersistedOnly(operations: ReadonlyMap<string, string>): Plugin {
  return usePersistedOperations({
    getPersistedOperation: (id) => operations.get(id) ?? null,
    extractPersistedOperationId: (params) => {
      const { [DOCUMENT_ID]: documentId, extensions } = params as Record<string, unknown>
      if (typeof documentId === 'string') return documentId
      const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null }
      return typeof persistedQuery?.sha256Hash === 'string' ? persistedQuery.sha256Hash : null
    },
    customErrors: {
      keyNotFound: idRequired,
      persistedQueryOnly: idRequired,
      notFound: () => refusedRequest('PERSISTED_QUERY_NOT_IN_LIST', 'No operation is known by that id.', 400),
    },
  })
}
