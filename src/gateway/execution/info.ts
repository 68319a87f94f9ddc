import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLResolveInfoHelpers,
  GraphQLSchema,
  OperationDefinitionNode,
  VariableValues,
} from 'graphql'
import type { FieldPlan } from './plan.ts'
import type { Execution } from './run.ts'

const helpers: GraphQLResolveInfoHelpers = {
  promiseAll: (values) => Promise.all(values),
  track: () => {},
}

export type Path = NonNullable<GraphQLResolveInfo['path']>

export function pathToArray(path: Path): (string | number)[] {
  const keys: (string | number)[] = []
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key)
  return keys.reverse()
}

/** What a resolver is told of its field. One is made for every call, so it holds next to nothing itself. */
export class Info implements GraphQLResolveInfo {
  readonly #execution: Execution
  readonly #field: FieldPlan
  readonly path: Path

  constructor(execution: Execution, field: FieldPlan, path: Path) {
    this.#execution = execution
    this.#field = field
    this.path = path
  }

  get fieldName(): string {
    return this.#field.definition.name
  }

  get fieldNodes(): readonly FieldNode[] {
    return this.#field.nodes
  }

  get returnType(): GraphQLOutputType {
    return this.#field.definition.type
  }

  get parentType(): GraphQLObjectType {
    return this.#field.parentType
  }

  get schema(): GraphQLSchema {
    return this.#execution.plan.schema
  }

  get fragments(): Record<string, FragmentDefinitionNode> {
    return this.#execution.plan.fragments
  }

  get rootValue(): unknown {
    return this.#execution.rootValue
  }

  get operation(): OperationDefinitionNode {
    return this.#execution.plan.operation
  }

  get variableValues(): VariableValues {
    return this.#execution.variableValues
  }

  /** None: an execution is never aborted; resolvers take the request's signal from the context. */
  getAbortSignal(): undefined {
    return undefined
  }

  /** For work that is not awaited and that hooks of graphql's executor wait for; a plan has no such hooks. */
  getAsyncHelpers(): GraphQLResolveInfoHelpers {
    return helpers
  }
}
