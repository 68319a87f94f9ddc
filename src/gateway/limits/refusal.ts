import { GraphQLError, type GraphQLErrorOptions } from 'graphql'

/** What a limit says of a document. The status is as for one that is not valid: clients of old keep 200. */
export type DocumentCode = 'QUERY_TOO_DEEP' | 'QUERY_TOO_LARGE' | 'QUERY_TOO_COSTLY'

export function refusedDocument(
  code: DocumentCode,
  message: string,
  place: Pick<GraphQLErrorOptions, 'nodes'> = {},
): GraphQLError {
  return new GraphQLError(message, { ...place, extensions: { code, http: { status: 400, spec: true } } })
}

/** What is wrong with a request before anybody looks at its document, so that its status does not depend on who asks. */
export function refusedRequest(
  code: string,
  message: string,
  status: number,
  { headers = {}, ...extensions }: { headers?: Record<string, string>; retryAfterSeconds?: number } = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions, http: { status, headers } } })
}
