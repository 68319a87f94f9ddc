/**
 * What a query will do, worked out once: which fields, in which order, with which resolvers and arguments. graphql's own
 * executor finds all that out again for every object of every answer, which is most of its cost.
 */
import {
  defaultFieldResolver,
  defaultTypeResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableValues,
  visit,
} from 'graphql'
import { type Collection, collectFields, fieldOf } from './collect-fields.ts'

export interface QueryPlan extends Collection {
  readonly operation: OperationDefinitionNode
  readonly root: ObjectPlan
}

export interface ObjectPlan {
  readonly type: GraphQLObjectType
  readonly fields: readonly FieldPlan[]
  /** An answer with all its keys: a copy of it is filled in, which costs a third of adding key by key. */
  readonly empty: Readonly<Record<string, null>>
}

export interface FieldPlan {
  /** The field's name in the answer. */
  readonly key: string
  readonly parentType: GraphQLObjectType
  readonly definition: GraphQLField<unknown, unknown>
  readonly nodes: readonly FieldNode[]
  readonly resolve: GraphQLFieldResolver<unknown, unknown>
  /** False for a resolver of one to three parameters: it cannot look at the fourth, so that is not made. */
  readonly takesInfo: boolean
  /** What the default resolver reads, and calls where it is a method; null: the field has a resolver of its own. */
  readonly property: string | null
  /** Null: they hold variables, and differ from one execution to the next. */
  readonly fixedArguments: Readonly<Record<string, unknown>> | null
  readonly value: ValuePlan
  /** It is just there, and takes no time. */
  readonly isLeaf: boolean
}

/** How a resolved value is made into one of the answer. */
export type ValuePlan = LeafPlan | ListPlan | ObjectValuePlan | AbstractPlan

interface LeafPlan {
  readonly kind: 'leaf'
  readonly nonNull: boolean
  readonly type: GraphQLLeafType
}

interface ListPlan {
  readonly kind: 'list'
  readonly nonNull: boolean
  readonly item: ValuePlan
}

interface ObjectValuePlan extends LazyObject {
  readonly kind: 'object'
  readonly nonNull: boolean
}

/** Made when the first such object is there: a document can name far more than any answer has. */
export interface LazyObject {
  readonly type: GraphQLObjectType
  /** Throws where @skip or @include go by a variable that is null. */
  object(): ObjectPlan
}

export interface AbstractPlan {
  readonly kind: 'abstract'
  readonly nonNull: boolean
  readonly type: GraphQLAbstractType
  readonly resolveType: GraphQLTypeResolver<unknown, unknown>
  /** The plan for a value that turns out to be of this type. */
  objectOf(type: GraphQLObjectType): LazyObject
}

const NO_ARGUMENTS: Readonly<Record<string, unknown>> = Object.freeze({})

export function planQuery(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  conditions: VariableValues,
): QueryPlan {
  const type = schema.getRootType(operation.operation)
  if (!type)
    throw new GraphQLError(`Schema is not configured to execute ${operation.operation} operation.`, {
      nodes: operation,
    })
  const collection = { schema, fragments, conditions }
  return { ...collection, operation, root: planObject(collection, type, [operation.selectionSet]) }
}

function planObject(
  collection: Collection,
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
): ObjectPlan {
  const fields = [...collectFields(collection, type, selections)].map(([key, nodes]) =>
    planField(collection, type, key, nodes),
  )
  // Read from text, V8 lays an object out with room for just these keys.
  const empty = JSON.parse(JSON.stringify(Object.fromEntries(fields.map(({ key }) => [key, null]))))
  return { type, fields, empty }
}

function planField(
  collection: Collection,
  parentType: GraphQLObjectType,
  key: string,
  nodes: readonly [FieldNode, ...FieldNode[]],
): FieldPlan {
  const definition = fieldOf(collection.schema, parentType, nodes[0].name.value)
  const value = planValue(collection, definition.type, nodes, false)
  const resolve = definition.resolve ?? defaultFieldResolver
  return {
    key,
    parentType,
    definition,
    nodes,
    resolve,
    takesInfo: resolve.length === 0 || resolve.length > 3,
    property: resolve === defaultFieldResolver ? definition.name : null,
    fixedArguments: fixedArguments(definition, nodes[0]),
    value,
    isLeaf: value.kind === 'leaf',
  }
}

function planValue(
  collection: Collection,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  nonNull: boolean,
): ValuePlan {
  if (isNonNullType(type)) return planValue(collection, type.ofType, nodes, true)
  if (isListType(type)) return { kind: 'list', nonNull, item: planValue(collection, type.ofType, nodes, false) }
  if (isLeafType(type)) return { kind: 'leaf', nonNull, type }
  const selections = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  if (isObjectType(type)) return { kind: 'object', nonNull, ...lazyObject(collection, type, selections) }
  const plans = new Map<GraphQLObjectType, LazyObject>()
  return {
    kind: 'abstract',
    nonNull,
    type,
    resolveType: type.resolveType ?? defaultTypeResolver,
    objectOf(runtimeType) {
      const held = plans.get(runtimeType)
      if (held) return held
      const made = lazyObject(collection, runtimeType, selections)
      plans.set(runtimeType, made)
      return made
    },
  }
}

function lazyObject(
  collection: Collection,
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
): LazyObject {
  let object: ObjectPlan | undefined
  return {
    type,
    object() {
      object ??= planObject(collection, type, selections)
      return object
    },
  }
}

/** Null when they hold a variable, or cannot be made, which is then told when the field is executed. */
function fixedArguments(definition: GraphQLField<unknown, unknown>, node: FieldNode) {
  if (definition.args.length === 0) return NO_ARGUMENTS
  let hasVariables = false
  visit(
    { kind: Kind.FIELD, name: node.name, arguments: node.arguments ?? [] },
    {
      Variable() {
        hasVariables = true
      },
    },
  )
  if (hasVariables) return null
  try {
    return Object.freeze(getArgumentValues(definition, node))
  } catch {
    return null
  }
}
