import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'
import type { List } from '../graph/graph.ts'

/** What a field says of itself in its `extensions`, for the look-ahead. */
export interface Reads {
  /** Its value is in this list: below a list, that is read whole; below a single thing, items may do. */
  readonly reads?: List
  /** It needs these lists whole, below whatever it stands. */
  readonly whole?: readonly List[]
  /** It is a connection whose cursors are made of what is in this list; null: of what it holds anyway. */
  readonly cursorReads?: List | null
}

/** The lists that what is selected below a field will need. */
export interface Needs {
  /** If the field itself is a list of things. */
  readonly lists: Set<List>
  /** In any case. */
  readonly whole: Set<List>
}

/** The fields of cursors, which tell nothing of what kind of row they name. */
const cursorFields = new Set(['cursor', 'startCursor', 'endCursor'])

/**
 * The lists that what is selected below this field will need, so that they can be started at once and side by side, not
 * after the first answers. Fragments, @skip and @include count as they will in the execution.
 */
export function needsBelow(info: GraphQLResolveInfo): Needs {
  const needs: Needs = { lists: new Set(), whole: new Set() }
  const type = getNamedType(info.returnType)
  const field = info.parentType.getFields()[info.fieldName]
  const cursorReads = (field?.extensions as Reads | undefined)?.cursorReads
  for (const { selectionSet } of info.fieldNodes) {
    if (selectionSet && isCompositeType(type)) collect(selectionSet, type, cursorReads, info, needs)
  }
  return needs
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
  type: GraphQLCompositeType,
  cursorReads: List | null | undefined,
  info: GraphQLResolveInfo,
  needs: Needs,
): void {
  for (const node of selections) {
    if (!isIncluded(node, info)) continue
    if (node.kind === 'Field') {
      if (isObjectType(type)) collectField(node, type, cursorReads, info, needs)
      continue
    }
    const { typeCondition, selectionSet } = node.kind === 'InlineFragment' ? node : fragment(info, node.name.value)
    const inner = narrowed(type, typeCondition?.name.value, info)
    if (inner) collect(selectionSet, inner, cursorReads, info, needs)
  }
}

function collectField(
  node: FieldNode,
  type: GraphQLObjectType,
  cursorReads: List | null | undefined,
  info: GraphQLResolveInfo,
  { lists, whole }: Needs,
): void {
  const name = node.name.value
  const field = type.getFields()[name]
  if (!field) return // __typename
  const says = field.extensions as Reads
  if (says.reads) lists.add(says.reads)
  for (const list of says.whole ?? []) {
    lists.add(list)
    whole.add(list)
  }
  if (cursorReads && cursorFields.has(name)) lists.add(cursorReads)
  const below = getNamedType(field.type)
  if (!node.selectionSet || !isCompositeType(below)) return
  const inner = says.cursorReads === undefined ? cursorReads : says.cursorReads
  collect(node.selectionSet, below, inner, info, { lists, whole })
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

/** What a fragment on that type tells of a value of this one; null when it never applies. */
function narrowed(
  type: GraphQLCompositeType,
  condition: string | undefined,
  { schema }: GraphQLResolveInfo,
): GraphQLCompositeType | null {
  if (condition === undefined || condition === type.name) return type
  const target = schema.getType(condition)
  if (isAbstractType(target)) return isObjectType(type) && !schema.isSubType(target, type) ? null : type
  return isObjectType(target) && isAbstractType(type) ? target : null
}
