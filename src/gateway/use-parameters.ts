import { isUtf8 } from 'node:buffer'
import type { GraphQLError } from 'graphql'
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { arrivalOf } from './arrival.ts'
import { refusedRequest } from './limits/refusal.ts'

/**
 * Reads an operation from the URL or the body, by GraphQL over HTTP (the draft of 2026): parameters of a wrong type are refused,
 * whatever type the answer has, and those that are not known are ignored. Yoga 5.24 refuses these, answers 500 to variables in a
 * URL that are no JSON, and has an empty `operationName` name an operation if it stands in a body.
 *
 * `takesIds`: an operation may come as the id that `idName` has, so `query` may be missing.
 */
export function useParameters({ idName, takesIds }: { idName: string; takesIds: boolean }): Plugin {
  const parametersOf = (given: (name: string) => unknown): GraphQLParams => {
    const query = textOf(given('query'), 'query')
    if (query === undefined && !takesIds) throw malformed('`query` is missing. Send the text of the operation there.')
    return {
      query,
      operationName: textOf(given('operationName'), 'operationName') || undefined,
      variables: objectOf(given('variables'), 'variables'),
      extensions: objectOf(given('extensions'), 'extensions'),
      ...(takesIds ? { [idName]: given(idName) ?? undefined } : {}),
    } as GraphQLParams // whose optional properties are not to be undefined
  }
  const fromUrl = ({ url }: Request) => {
    const start = url.indexOf('?')
    const given = new URLSearchParams(start < 0 ? '' : url.slice(start))
    return parametersOf((name) => (name in IN_JSON ? jsonOf(given.get(name)) : given.get(name)))
  }
  const fromBody = async (request: Request) => {
    const body = parsed(arrivalOf(request)?.body ?? Buffer.from(await request.arrayBuffer()))
    if (Array.isArray(body)) return body // batches are refused behind this
    if (typeof body !== 'object' || body === null) throw malformed('The body must be a JSON object with `query`.')
    return parametersOf((name) => (Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined))
  }
  return {
    onRequestParse({ request, setRequestParser }) {
      setRequestParser(request.method === 'GET' ? fromUrl : fromBody)
    },
  }
}

const IN_JSON = { variables: true, extensions: true }

/** Leaves out a byte order mark, which JSON may not have (RFC 8259) but some clients send. */
const UTF_8 = new TextDecoder()

function parsed(body: Buffer): unknown {
  if (!isUtf8(body)) throw malformed('The body must be JSON in UTF-8.')
  try {
    return JSON.parse(UTF_8.decode(body))
  } catch {
    throw malformed('The body must be JSON.')
  }
}

/** An empty one is none. */
function jsonOf(text: string | null): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    throw malformed('`variables` and `extensions` in a URL must be JSON.')
  }
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw malformed(`\`${name}\` must be a string.`)
  return value
}

function objectOf(value: unknown, name: string): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed(`\`${name}\` must be an object.`)
  return value as Record<string, unknown>
}

function malformed(message: string): GraphQLError {
  return refusedRequest('BAD_REQUEST', message, 400)
}
