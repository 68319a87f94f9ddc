import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  subscribe,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { isMany } from '../cloud/breath.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import type { SchemaContext } from '../schema/context.ts'
import { type PlannedQuery, plannedQuery } from './execution/planned-query.ts'
import { bytesInTurns, written } from './execution/written.ts'

/** The queries of a document; null: what is left to graphql's own executor. */
type Queries = WeakMap<OperationDefinitionNode, PlannedQuery | null>

/**
 * Executes queries by plans that are made once and kept, for as long as useDocuments keeps their document. All else goes to
 * graphql's own executor, which the plans are held against; yoga would take another, `@graphql-tools/executor`.
 */
export function usePlans(): Plugin {
  const schemas = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Queries>>()
  return {
    onExecute({ args, setExecuteFn }) {
      const { schema, document, operationName } = args
      const operation = getOperationAST(document, operationName)
      const documents = entry(schemas, schema, () => new WeakMap<DocumentNode, Queries>())
      const queries = entry(documents, document, () => new WeakMap())
      const query = operation && entry(queries, operation, () => plannedQuery(schema, document, operation))
      setExecuteFn(query ? (execution: ExecutionArgs) => answered(query, execution) : execute)
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe)
    },
  }
}

function answered(query: PlannedQuery, args: ExecutionArgs): MaybePromise<ExecutionResult> {
  const { graph } = args.contextValue as SchemaContext
  return andThen(query.execute(args), (result) =>
    result.errors || !isMany(graph.rows) ? result : bytesInTurns(result).then(written),
  )
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
