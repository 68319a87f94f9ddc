import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import type { List } from '../graph/reads.ts'
import { needsOf, type Reads } from './look-ahead.ts'

/** What a field at the root says in its `extensions` of the calls it makes, beside the lists that the look-ahead finds. */
export interface Calls {
  /** So many, each time it stands in the document; of a change with what it looks at before and after, if nothing goes wrong. */
  readonly calls?: number
  /** One for each item of this argument. */
  readonly callsForEach?: string
}

type Fragments = Record<string, FragmentDefinitionNode>

/** The calls of one operation that its text tells, and those that its variables add. */
export interface PredictedCalls {
  readonly fixed: number
  readonly byArgument: readonly ValueNode[]
}

/**
 * The REST calls that an operation makes when nothing is held for its caller and nothing is skipped. A list is read at most
 * once in a query; a single thing is a call wherever it is asked for, and what is read below it costs no more than a list,
 * since a port reads that instead of many things. Waiting for a change is not in it: that is bounded by time.
 */
export function predictCalls(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): PredictedCalls {
  const root = schema.getRootType(operation.operation)
  const place = { schema, fragments, variableValues: null }
  const byArgument: ValueNode[] = []
  const lists = new Set<List>()
  let fixed = 0
  for (const nodes of rootFields(operation, fragments)) {
    const [{ name, arguments: given }] = nodes
    const field = root?.getFields()[name.value]
    if (!field) continue // __typename and introspection
    const { calls = 0, callsForEach, reads } = field.extensions as Calls & Reads
    fixed += calls
    const below = needsOf(field, nodes, place).lists
    // Each change forgets what was known, so what is answered of it is read again.
    if (operation.operation === 'mutation') fixed += below.size
    else for (const list of reads ? [reads, ...below] : below) lists.add(list)
    const counted = given?.find((argument) => argument.name.value === callsForEach)
    if (counted) byArgument.push(counted.value)
  }
  return { fixed: fixed + lists.size, byArgument }
}

/** With these variables, as they were sent. */
export function countCalls(
  { fixed, byArgument }: PredictedCalls,
  { variableDefinitions }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const sizeOf = (value: ValueNode): number => {
    if (value.kind === Kind.LIST) return value.values.length
    if (value.kind !== Kind.VARIABLE) return 1
    const name = value.name.value
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined
    if (given !== undefined) return Array.isArray(given) ? given.length : 1
    const definition = variableDefinitions?.find(({ variable }) => variable.name.value === name)
    return definition?.defaultValue ? sizeOf(definition.defaultValue) : 0
  }
  return byArgument.reduce((sum, value) => sum + sizeOf(value), fixed)
}

type Nodes = [FieldNode, ...FieldNode[]]

/** The fields at the root, those of one name in the answer together, since they are one. */
function rootFields({ selectionSet }: OperationDefinitionNode, fragments: Fragments): Iterable<Nodes> {
  const fields = new Map<string, Nodes>()
  const seen = new Set<string>()
  const collect = ({ selections }: SelectionSetNode) => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value
        const others = fields.get(key)
        if (others) others.push(node)
        else fields.set(key, [node])
      } else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet)
      else if (!seen.has(node.name.value)) {
        seen.add(node.name.value)
        const fragment = fragments[node.name.value]
        if (fragment) collect(fragment.selectionSet)
      }
    }
  }
  collect(selectionSet)
  return fields.values()
}
