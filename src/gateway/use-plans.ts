import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  subscribe,
  type VariableValues,
  visit,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { isMany } from '../cloud/breath.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import type { SchemaContext } from '../schema/context.ts'
import { planQuery, type QueryPlan } from './execution/plan.ts'
import { run } from './execution/run.ts'
import { bytesInTurns, written } from './execution/written.ts'

/** Plans of one operation that differ by @skip and @include; a document with more of these than that is not planned. */
const MOST_CONDITIONS = 6

/** graphql's own limit. */
const MOST_VARIABLE_ERRORS = 50

/**
 * Executes queries by plans that are made once and kept, by schema, document and operation name, since one document may hold
 * a query and a mutation; useDocuments keeps one document for one text. All else goes to graphql's own executor. Yoga would
 * take `@graphql-tools/executor`, for which an answer with a field called `then` is a promise.
 */
export function usePlans(): Plugin {
  const schemas = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Map<string | null, PlannedQuery | null>>>()
  return {
    onExecute({ args, setExecuteFn }) {
      const { schema, document } = args
      const documents = entry(
        schemas,
        schema,
        () => new WeakMap<DocumentNode, Map<string | null, PlannedQuery | null>>(),
      )
      const operations = entry(documents, document, () => new Map<string | null, PlannedQuery | null>())
      const query = entry(operations, args.operationName ?? null, () => plannable(schema, document, args.operationName))
      setExecuteFn(query ? (execution: ExecutionArgs) => query.execute(execution) : execute)
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe)
    },
  }
}

/** Null for what is no query, and for what graphql's own executor is left to do. */
function plannable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): PlannedQuery | null {
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== 'query') return null
  const conditions = new Set<string>()
  let isOrdinary = true
  visit(document, {
    Directive({ name, arguments: args }) {
      if (name.value !== 'skip' && name.value !== 'include') isOrdinary = false
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value)
    },
    Field({ alias }) {
      if (alias?.value === '__proto__') isOrdinary = false // an answer is a plain object
    },
  })
  return isOrdinary && conditions.size <= MOST_CONDITIONS
    ? new PlannedQuery(schema, document, operation, [...conditions])
    : null
}

class PlannedQuery {
  readonly #schema: GraphQLSchema
  readonly #operation: OperationDefinitionNode
  readonly #fragments: Record<string, FragmentDefinitionNode> = {}
  /** The variables that @skip and @include go by. */
  readonly #conditions: readonly string[]
  readonly #plans = new Map<string, QueryPlan | null>()

  constructor(
    schema: GraphQLSchema,
    { definitions }: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: readonly string[],
  ) {
    this.#schema = schema
    this.#operation = operation
    this.#conditions = conditions
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments[definition.name.value] = definition
    }
  }

  execute(args: ExecutionArgs): MaybePromise<ExecutionResult> {
    const { variableValues, rootValue, contextValue } = args
    const { variableValues: coerced, errors } = getVariableValues(
      this.#schema,
      this.#operation.variableDefinitions ?? [],
      variableValues ?? {},
      { maxErrors: MOST_VARIABLE_ERRORS },
    )
    if (errors) return { errors }
    const plan = this.#planFor(coerced)
    // graphql's own executor says best what is wrong with a document for these variables.
    if (!plan) return execute(args)
    const { graph } = contextValue as SchemaContext
    return andThen(run({ plan, rootValue, contextValue, variableValues: coerced }), (result) =>
      result.errors || !isMany(graph.rows) ? result : bytesInTurns(result).then(written),
    )
  }

  /** Null: @skip or @include cannot be told, as by a variable that is null after all. */
  #planFor(variables: VariableValues): QueryPlan | null {
    const variant = this.#conditions.map((name) => variables.coerced[name]).join()
    return entry(this.#plans, variant, () => {
      try {
        return planQuery(this.#schema, this.#operation, this.#fragments, variables)
      } catch {
        return null
      }
    })
  }
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
