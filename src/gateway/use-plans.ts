import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  mapSourceToResponseEvent,
  type OperationDefinitionNode,
  validateSubscriptionArgs,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import type { SchemaContext } from '../schema/context.ts'
import { PlannedOperation } from './execution/planned-operation.ts'
import { isLong, writtenInTurns } from './execution/written.ts'

/** The operations of a document. */
type Operations = WeakMap<OperationDefinitionNode, PlannedOperation>

/**
 * Executes operations, and each event of subscriptions, by plans that are made once and kept, for as long as useDocuments keeps
 * their document. Yoga would take another executor, `@graphql-tools/executor`; the plans are held against graphql's own.
 */
export function usePlans(): Plugin {
  const schemas = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Operations>>()
  const plannedFor = ({ schema, document, operationName }: ExecutionArgs): PlannedOperation | null => {
    const operation = getOperationAST(document, operationName)
    const documents = entry(schemas, schema, () => new WeakMap<DocumentNode, Operations>())
    const operations = entry(documents, document, () => new WeakMap())
    if (!operation) return null
    return entry(operations, operation, () => new PlannedOperation(schema, document, operation))
  }
  return {
    onExecute({ args, setExecuteFn }) {
      const planned = plannedFor(args)
      setExecuteFn(planned ? (execution: ExecutionArgs) => answered(planned, execution) : execute)
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => subscribed(plannedFor(args), args))
    },
  }
}

function answered(planned: PlannedOperation, args: ExecutionArgs): MaybePromise<ExecutionResult> {
  const { cost } = args.contextValue as SchemaContext
  return andThen(planned.execute(args), (result) => (isLong(cost.steps) ? writtenInTurns(result) : result))
}

/** As graphql's own `subscribe`, but for the executor of the events. */
function subscribed(planned: PlannedOperation | null, args: ExecutionArgs) {
  const asked = validateSubscriptionArgs(args)
  if (!('schema' in asked)) return { errors: asked }
  return andThen(createSourceEventStream(asked), (stream) =>
    Symbol.asyncIterator in stream
      ? mapSourceToResponseEvent(asked, stream, planned ? (event) => planned.executeWith(event) : undefined)
      : stream,
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
