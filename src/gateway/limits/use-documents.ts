import { type DocumentNode, GraphQLError, type ParseOptions, type Source } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import { overLimits } from './document-limits.ts'
import type { Limits } from './limits.ts'
import { refusedDocument } from './refusal.ts'

/** Characters of all documents that are kept parsed; each takes 80 bytes of memory, 330 in the densest text there is. */
const MOST_CHARACTERS = 2 ** 19

/**
 * Parses and validates a text once, and refuses documents that are too large or too deep. Tokens are counted as they are
 * read; the rest before the rules of the specification look, since those of them that compare fields take time by the square
 * of what they are given. A rule beside them, as graphql-armor's are, comes too late: it sees an operation only after the
 * fragments in front of it.
 *
 * Texts that do not parse are not kept: it costs little to find that again.
 */
export function useDocuments(limits: Limits): Plugin {
  const parsed = new LRUCache<string, DocumentNode>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_document, text) => text.length || 1,
  })
  const validated = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  return {
    onParse({ params, parseFn, setParseFn, setParsedDocument }) {
      const text = params.source.toString()
      const held = parsed.get(text)
      if (held) return setParsedDocument(held)
      setParseFn((source: string | Source, options?: ParseOptions) => {
        try {
          const document = parseFn(source, { ...options, maxTokens: limits.maxTokens })
          parsed.set(text, document)
          return document
        } catch (error) {
          if (isOfTokens(error)) throw tooManyTokens(limits)
          // Parsers call themselves for each level, and a stack has an end.
          throw error instanceof RangeError ? tooDeep() : error
        }
      })
    },
    onValidate({ params, validateFn, setValidationFn, setResult }) {
      const held = validated.get(params.documentAST)
      if (held) return setResult(held)
      setValidationFn((schema, document, ...rest) => {
        const refusals = overLimits(schema, document, limits)
        const errors = refusals.length > 0 ? refusals : validateFn(schema, document, ...rest)
        validated.set(document, errors)
        return errors
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
