import {
  BREAK,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import type { Limits } from './limits.ts'
import { type Measures, measure } from './measure.ts'
import { type DocumentCode, refusedDocument } from './refusal.ts'

type Maxima = Pick<Limits, 'maxDepth' | 'maxAliases' | 'maxRootFields' | 'maxDirectives'>

const measured: readonly (readonly [
  of: keyof Measures,
  most: keyof Maxima,
  setting: string,
  code: DocumentCode,
  what: string,
])[] = [
  ['rootFields', 'maxRootFields', 'MAX_ROOT_FIELDS', 'QUERY_TOO_LARGE', 'fields at its root'],
  ['aliases', 'maxAliases', 'MAX_ALIASES', 'QUERY_TOO_LARGE', 'aliases'],
  ['directives', 'maxDirectives', 'MAX_DIRECTIVES', 'QUERY_TOO_LARGE', 'directives'],
  ['depth', 'maxDepth', 'MAX_DEPTH', 'QUERY_TOO_DEEP', 'levels of fields'],
]

/** What of a document is over a limit, in any of its operations; empty: nothing. */
export function overLimits(schema: GraphQLSchema, document: DocumentNode, limits: Maxima): GraphQLError[] {
  const crowded = crowdedPlace(schema, document)
  if (crowded) return [crowded]
  for (const operation of document.definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION) continue
    const measures = measure(document, operation)
    for (const [of, most, setting, code, what] of measured) {
      if (measures[of] <= limits[most]) continue
      return [refusedDocument(code, said(operation, measures[of], limits[most], what, setting), { nodes: operation })]
    }
  }
  return []
}

function said({ name }: OperationDefinitionNode, is: number, most: number, what: string, setting: string): string {
  const number = Number.isSafeInteger(is) ? String(is) : 'countless'
  return `${name ? `Operation "${name.value}"` : 'The operation'} has ${number} ${what}; at most ${most} are taken (${setting}).`
}

/**
 * None of the schema's directives can stand twice in one place, so more than it has are wrong there. Told of each of them,
 * as graphql's own rules do, the answer would be a multiple of the document.
 */
function crowdedPlace(schema: GraphQLSchema, document: DocumentNode): GraphQLError | null {
  const most = schema.getDirectives().length
  let refusal: GraphQLError | null = null
  visit(document, {
    enter(node) {
      if (!('directives' in node) || (node.directives?.length ?? 0) <= most) return
      refusal = refusedDocument(
        'QUERY_TOO_LARGE',
        `There are ${node.directives?.length} directives in one place; no place can have more than ${most}.`,
        { nodes: node },
      )
      return BREAK
    },
  })
  return refusal
}
