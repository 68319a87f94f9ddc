import { MIMEType } from 'node:util'
import type { GraphQLError } from 'graphql'
import { refusedRequest } from '../limits/refusal.ts'
import { UTF_8 } from './accept.ts'

/** Chunks are put together when it gets here. */
const PLAIN = new Set(['', 'identity', 'chunked'])

const JSON_TYPE = 'application/json'

/**
 * Why a body cannot be read, by what its headers say of it; null: it can. A page elsewhere can make a browser send forms and
 * plain text with no question asked (no CORS preflight), so those could forge a mutation.
 */
export function refusedBody({ headers }: Request): GraphQLError | null {
  const type = headers.get('content-type')
  if (type !== JSON_TYPE && !isJson(type ?? '')) {
    return refused('Send the operation as application/json, in UTF-8.', { accept: JSON_TYPE })
  }
  const codings = `${headers.get('content-encoding') ?? ''},${headers.get('transfer-encoding') ?? ''}`
    .toLowerCase()
    .split(',')
  if (!codings.every((coding) => PLAIN.has(coding.trim()))) {
    return refused('Send the body as it is, not compressed.', { 'accept-encoding': 'identity' })
  }
  return null
}

function isJson(contentType: string): boolean {
  try {
    const { essence, params } = new MIMEType(contentType)
    return essence === JSON_TYPE && UTF_8.test(params.get('charset') ?? 'utf-8')
  } catch {
    return false
  }
}

/** The headers name what would have been taken (RFC 9110, 15.5.16). */
function refused(message: string, headers: Record<string, string>): GraphQLError {
  return refusedRequest('UNSUPPORTED_MEDIA_TYPE', message, 415, { headers })
}
