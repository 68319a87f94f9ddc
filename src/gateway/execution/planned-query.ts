import {
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type VariableValues,
  visit,
} from 'graphql'
import type { MaybePromise } from '../../graph/maybe.ts'
import { fragmentsOf } from '../../schema/fragments.ts'
import { planQuery, type QueryPlan } from './plan.ts'
import { run } from './run.ts'
import type { Pace } from './turns.ts'

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>

/** Variables that @skip and @include go by; a query with more of them is not planned, as each doubles its plans. */
const MOST_CONDITIONS = 6

/** graphql's own limit. */
const MOST_VARIABLE_ERRORS = 50

/** Null: it is left to graphql's own executor. */
export function plannedQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PlannedQuery | null {
  if (operation.operation !== 'query') return null
  const fragments = fragmentsOf(document)
  const conditions = conditionsOf(operation, fragments)
  return conditions && conditions.size <= MOST_CONDITIONS
    ? new PlannedQuery(schema, operation, fragments, [...conditions])
    : null
}

/** One query with its plans: one for each combination of what its @skip and @include go by. */
export class PlannedQuery {
  readonly #schema: GraphQLSchema
  readonly #operation: OperationDefinitionNode
  readonly #fragments: Fragments
  readonly #conditions: readonly string[]
  readonly #plans = new Map<string, QueryPlan>()

  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    conditions: readonly string[],
  ) {
    this.#schema = schema
    this.#operation = operation
    this.#fragments = fragments
    this.#conditions = conditions
  }

  /** `pace` is for tests. */
  execute(args: ExecutionArgs, pace?: Pace): MaybePromise<ExecutionResult> {
    const { variableValues: sent, rootValue, contextValue } = args
    const { variableValues, errors } = getVariableValues(
      this.#schema,
      this.#operation.variableDefinitions ?? [],
      sent ?? {},
      { maxErrors: MOST_VARIABLE_ERRORS },
    )
    if (errors) return { errors }
    const plan = this.#planFor(variableValues)
    return plan ? run({ plan, rootValue, contextValue, variableValues }, pace) : execute(args)
  }

  /** Null: one is null, which is an error, but only where it decides. */
  #planFor({ coerced }: VariableValues): QueryPlan | null {
    const values = this.#conditions.map((name) => coerced[name])
    if (!values.every((value) => typeof value === 'boolean')) return null
    const key = values.join()
    const held = this.#plans.get(key)
    if (held) return held
    // A plan is kept, so it is told these values and nothing else of the request.
    const conditions = Object.fromEntries(this.#conditions.map((name, at) => [name, values[at]]))
    const made = planQuery(this.#schema, this.#operation, this.#fragments, { coerced: conditions, sources: {} })
    this.#plans.set(key, made)
    return made
  }
}

/** The variables that @skip and @include go by, in the operation and the fragments it uses; null: it has other directives. */
function conditionsOf(operation: OperationDefinitionNode, fragments: Fragments): ReadonlySet<string> | null {
  const names = new Set<string>()
  let isOrdinary = true
  const nodes = new Set<ASTNode>([operation]) // grows as fragments are found
  for (const node of nodes) {
    visit(node, {
      Directive({ name, arguments: args }) {
        if (name.value !== 'skip' && name.value !== 'include') isOrdinary = false
        for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
      },
      FragmentSpread({ name }) {
        const fragment = fragments[name.value]
        if (fragment) nodes.add(fragment)
      },
    })
  }
  return isOrdinary ? names : null
}
