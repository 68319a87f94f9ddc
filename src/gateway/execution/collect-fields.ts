import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type VariableValues,
} from 'graphql'
import { isIncluded } from '../../schema/look-ahead.ts'

/** Where selections are collected. */
export interface Collection {
  readonly schema: GraphQLSchema
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  /** The values of the variables that @skip and @include go by, all of them boolean. */
  readonly conditions: VariableValues
}

type Fields = Map<string, [FieldNode, ...FieldNode[]]>

/** The fields that are selected of an object of that type, by their name in the answer, in its order (GraphQL 6.3.2). */
export function collectFields(
  collection: Collection,
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
): Fields {
  const fields: Fields = new Map()
  const visited = new Set<string>()
  for (const selection of selections) collect(collection, type, selection, fields, visited)
  return fields
}

/** The definition of a field, the introspection's among them. The document is valid, so there is one. */
export function fieldOf(
  schema: GraphQLSchema,
  parentType: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
  if (parentType === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  }
  const field = parentType.getFields()[name]
  if (!field) throw new Error(`no field ${parentType.name}.${name}`)
  return field
}

function collect(
  collection: Collection,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fields: Fields,
  visited: Set<string>,
): void {
  for (const node of selections) {
    if (!isIncluded(node, collection.conditions)) continue
    if (node.kind === 'Field') {
      const key = (node.alias ?? node.name).value
      const nodes = fields.get(key)
      if (nodes) nodes.push(node)
      else fields.set(key, [node])
      continue
    }
    if (node.kind === 'FragmentSpread') {
      if (visited.has(node.name.value)) continue
      visited.add(node.name.value)
    }
    const fragment = node.kind === 'InlineFragment' ? node : collection.fragments[node.name.value]
    if (fragment && applies(collection.schema, fragment.typeCondition?.name.value, type)) {
      collect(collection, type, fragment.selectionSet, fields, visited)
    }
  }
}

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLObjectType): boolean {
  if (condition === undefined || condition === type.name) return true
  const target = schema.getType(condition)
  return isAbstractType(target) && schema.isSubType(target, type)
}
