import {
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
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
import { type Execution, run } from './run.ts'
import type { EventLoop } from './turns.ts'

type Asked = Pick<ExecutionArgs, 'variableValues' | 'rootValue' | 'contextValue'>
type Fragments = Readonly<Record<string, FragmentDefinitionNode>>

/** Variables that @skip and @include go by; with more of them plans are not kept, as each doubles them. */
const MOST_CONDITIONS = 6

/** graphql's own limit. */
const MOST_VARIABLE_ERRORS = 50

/** One operation with its plans: one for each combination of what its @skip and @include go by. */
export class PlannedOperation {
  readonly #schema: GraphQLSchema
  readonly #operation: OperationDefinitionNode
  readonly #fragments: Fragments
  readonly #conditions: readonly string[]
  readonly #plans = new Map<string, QueryPlan>()

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema
    this.#operation = operation
    this.#fragments = fragmentsOf(document)
    this.#conditions = [...conditionsOf(operation, this.#fragments)]
  }

  /** `loop` is for tests. */
  execute({ variableValues: sent, rootValue, contextValue }: Asked, loop?: EventLoop): MaybePromise<ExecutionResult> {
    const { variableValues, errors } = getVariableValues(
      this.#schema,
      this.#operation.variableDefinitions ?? [],
      sent ?? {},
      { maxErrors: MOST_VARIABLE_ERRORS },
    )
    return errors ? { errors } : this.executeWith({ variableValues, rootValue, contextValue }, loop)
  }

  /** The same with variables that have been looked at, as for each event of a subscription. */
  executeWith(asked: Omit<Execution, 'plan'>, loop?: EventLoop): MaybePromise<ExecutionResult> {
    try {
      return run({ ...asked, plan: this.#planFor(asked.variableValues) }, loop)
    } catch (error) {
      // A condition at the root that is null.
      return { errors: [error as GraphQLError], data: null }
    }
  }

  /** Only those of few conditions, none of them null, are kept: each that is null could be true, false or that. */
  #planFor({ coerced }: VariableValues): QueryPlan {
    const values = this.#conditions.map((name) => coerced[name])
    const isKept = values.length <= MOST_CONDITIONS && values.every((value) => typeof value === 'boolean')
    const key = values.join()
    const held = isKept ? this.#plans.get(key) : undefined
    if (held) return held
    // A plan is kept, so it is told these values and nothing else of the request.
    const conditions = Object.fromEntries(this.#conditions.map((name, at) => [name, values[at]]))
    const made = planQuery(this.#schema, this.#operation, this.#fragments, { coerced: conditions, sources: {} })
    if (isKept) this.#plans.set(key, made)
    return made
  }
}

/** The variables that @skip and @include go by, in the operation and the fragments it uses. */
function conditionsOf(operation: OperationDefinitionNode, fragments: Fragments): ReadonlySet<string> {
  const names = new Set<string>()
  const nodes = new Set<ASTNode>([operation]) // grows as fragments are found
  for (const node of nodes) {
    visit(node, {
      Directive({ arguments: args }) {
        for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
      },
      FragmentSpread({ name }) {
        const fragment = fragments[name.value]
        if (fragment) nodes.add(fragment)
      },
    })
  }
  return names
}
