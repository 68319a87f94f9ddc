import { BREAK, type DocumentNode, type GraphQLSchema, getOperationAST, getVariableValues, Kind, visit } from 'graphql'
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit'
import type { Plugin } from 'graphql-yoga'

/** Compiling costs as much as some executions, so that a document sent once is not compiled. */
const COMPILE_AT_USE = 2

interface Compiled {
  uses: number
  /** Null: not compiled yet, or not to be. */
  query: CompiledQuery | null
}

/**
 * Compiles queries to code, which takes half the CPU of the ordinary executor off a whole graph. Kept by schema, document and
 * operation name, since one document may hold a query and a mutation; yoga keeps one document for one text. Mutations,
 * subscriptions and incremental delivery go to the ordinary executor. Errors come without `locations`.
 */
export function useJit(): Plugin {
  const compiled = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Map<string, Compiled>>>()
  return {
    onExecute({ args, setExecuteFn }) {
      const { schema, document, rootValue, contextValue, variableValues } = args
      const name = args.operationName ?? ''
      const documents = entry(compiled, schema, () => new WeakMap<DocumentNode, Map<string, Compiled>>())
      const operations = entry(documents, document, () => new Map<string, Compiled>())
      const operation = entry(operations, name, () => ({ uses: 0, query: null }))
      if (++operation.uses === COMPILE_AT_USE) operation.query = compile(schema, document, name)
      const { query } = operation
      if (query) setExecuteFn(() => run(query, { schema, document, name, rootValue, contextValue, variableValues }))
    },
  }
}

function compile(schema: GraphQLSchema, document: DocumentNode, name: string): CompiledQuery | null {
  if (getOperationAST(document, name || undefined)?.operation !== 'query' || isIncremental(document)) return null
  const query = compileQuery(schema, document, name || undefined, { disablingCapturingStackErrors: true })
  return isCompiledQuery(query) ? query : null
}

interface Execution {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly name: string
  readonly rootValue: unknown
  readonly contextValue: unknown
  readonly variableValues?: Record<string, unknown> | null | undefined
}

/** The variables by graphql's own rules first: graphql-jit 0.8 refuses an input object whose required field has a default. */
function run(query: CompiledQuery, { schema, document, name, rootValue, contextValue, variableValues }: Execution) {
  const definitions = getOperationAST(document, name || undefined)?.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(schema, definitions, variableValues ?? {})
  return errors ? { errors } : query.query(rootValue, contextValue, coerced)
}

function isIncremental(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => {
      if (name.value !== 'defer' && name.value !== 'stream') return
      found = true
      return BREAK
    },
  })
  return found
}

interface Lookup<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): unknown
}

function entry<Key, Value>(map: Lookup<Key, Value>, key: Key, make: () => Value): Value {
  const held = map.get(key)
  if (held !== undefined) return held
  const made = make()
  map.set(key, made)
  return made
}
