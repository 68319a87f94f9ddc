import { GraphQLError, type ParseOptions, type Source } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { overLimits } from './document-limits.ts'
import type { Limits } from './limits.ts'
import { refusedDocument } from './refusal.ts'

/**
 * Refuses documents that are too large or too deep. Tokens are counted as they are read; the rest before the rules of the
 * specification look, since those of them that compare fields take time by the square of what they are given. A rule
 * beside them, as graphql-armor's are, comes too late: it sees an operation only after the fragments in front of it.
 *
 * Parser and validator are replaced, not run ahead of, so that yoga keeps their answer as it keeps that of its own.
 */
export function useDocumentLimits(limits: Limits): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source: string | Source, options?: ParseOptions) => {
        try {
          return parseFn(source, { ...options, maxTokens: limits.maxTokens })
        } catch (error) {
          if (isOfTokens(error)) throw tooManyTokens(limits)
          // Parsers call themselves for each level, and a stack has an end.
          throw error instanceof RangeError ? tooDeep() : error
        }
      })
    },
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, ...rest) => {
        const refusals = overLimits(schema, document, limits)
        return refusals.length > 0 ? refusals : validateFn(schema, document, ...rest)
      })
    },
  }
}

/** graphql 16 tells it by its words alone. */
function isOfTokens(error: unknown): boolean {
  return error instanceof GraphQLError && /more (than|that) \d+ tokens/.test(error.message)
}

function tooManyTokens({ maxTokens }: Limits): GraphQLError {
  return refusedDocument('QUERY_TOO_LARGE', `The document has more than ${maxTokens} tokens (MAX_TOKENS).`)
}

function tooDeep(): GraphQLError {
  return refusedDocument('QUERY_TOO_DEEP', 'The document has more levels than can be parsed.')
}
