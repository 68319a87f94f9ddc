import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'
import type { List } from '../graph/graph.ts'

/** What a field says of itself in its `extensions`, for the look-ahead. */
export interface Reads {
  /** Its value is in this list. */
  readonly reads?: List
  /** It is a connection whose cursors are made of what is in this list; null: of what it holds anyway. */
  readonly cursorReads?: List | null
}

/** The fields of cursors, which tell nothing of what kind of row they name. */
const cursorFields = new Set(['cursor', 'startCursor', 'endCursor'])

/**
 * The lists that what is selected below this field will need, so that they can be started at once and side by side, not
 * after the first answers. Fragments, @skip and @include count as they will in the execution.
 */
export function listsBelow(info: GraphQLResolveInfo): Set<List> {
  const lists = new Set<List>()
  const type = getNamedType(info.returnType)
  const field = info.parentType.getFields()[info.fieldName]
  const cursorReads = (field?.extensions as Reads | undefined)?.cursorReads
  for (const { selectionSet } of info.fieldNodes) {
    if (selectionSet && isObjectType(type)) collect(selectionSet, type, cursorReads, info, lists)
  }
  return lists
}

/** Whether nothing but these fields (and __typename) is selected below this field. */
export function selectsOnly(info: GraphQLResolveInfo, names: ReadonlySet<string>): boolean {
  const only = ({ selections }: SelectionSetNode): boolean =>
    selections.every((node) => {
      if (!isIncluded(node, info)) return true
      if (node.kind === 'Field') return names.has(node.name.value) || node.name.value === '__typename'
      return only(node.kind === 'InlineFragment' ? node.selectionSet : fragment(info, node.name.value).selectionSet)
    })
  return info.fieldNodes.every(({ selectionSet }) => selectionSet !== undefined && only(selectionSet))
}

function collect(
  { selections }: SelectionSetNode,
  type: GraphQLObjectType,
  cursorReads: List | null | undefined,
  info: GraphQLResolveInfo,
  lists: Set<List>,
): void {
  for (const node of selections) {
    if (!isIncluded(node, info)) continue
    if (node.kind === 'Field') {
      collectField(node, type, cursorReads, info, lists)
      continue
    }
    const { typeCondition, selectionSet } = node.kind === 'InlineFragment' ? node : fragment(info, node.name.value)
    if (applies(typeCondition?.name.value, type, info)) collect(selectionSet, type, cursorReads, info, lists)
  }
}

function collectField(
  node: FieldNode,
  type: GraphQLObjectType,
  cursorReads: List | null | undefined,
  info: GraphQLResolveInfo,
  lists: Set<List>,
): void {
  const name = node.name.value
  const field = type.getFields()[name]
  if (!field) return // __typename
  const says = field.extensions as Reads
  if (says.reads) lists.add(says.reads)
  if (cursorReads && cursorFields.has(name)) lists.add(cursorReads)
  const below = getNamedType(field.type)
  if (!node.selectionSet || !isObjectType(below)) return
  const inner = says.cursorReads === undefined ? cursorReads : says.cursorReads
  collect(node.selectionSet, below, inner, info, lists)
}

function isIncluded(node: SelectionSetNode['selections'][number], { variableValues }: GraphQLResolveInfo): boolean {
  if (!node.directives?.length) return true
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues)
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues)
  return skip?.if !== true && include?.if !== false
}

function fragment(info: GraphQLResolveInfo, name: string): FragmentDefinitionNode {
  return info.fragments[name] as FragmentDefinitionNode // validation has seen that it is there
}

function applies(typeName: string | undefined, type: GraphQLObjectType, { schema }: GraphQLResolveInfo): boolean {
  if (typeName === undefined || typeName === type.name) return true
  const condition = schema.getType(typeName)
  return isAbstractType(condition) && schema.isSubType(condition, type)
}
