import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql'
import type { List } from '../graph/reads.ts'

/** What a field says of itself in its `extensions`, for the look-ahead. */
export interface Reads {
  /** Its value is in this list: below a list, that is read whole; below a single thing, items may do. */
  readonly reads?: List
  /** It needs these lists whole, below whatever it stands. */
  readonly whole?: readonly List[]
  /** It is a connection whose cursors are made of what is in this list; null: of what it holds anyway. */
  readonly cursorReads?: List | null
}

/** Where selections stand. Variables that are null: take everything in, whatever @skip and @include say. */
export interface Place extends Pick<GraphQLResolveInfo, 'schema' | 'fragments'> {
  readonly variableValues: VariableValues | null
}

/** The lists that what is selected below a field will need. */
export interface Needs {
  /** If the field itself is a list of things. */
  readonly lists: ReadonlySet<List>
  /** In any case. */
  readonly whole: ReadonlySet<List>
}

/** The fields of cursors, which tell nothing of what kind of row they name. */
const cursorFields = new Set(['cursor', 'startCursor', 'endCursor'])

/** The names of ids, which a thing's own name tells without reading the thing. */
const idFields = new Set(['id', 'networkId', 'serverId', '__typename'])

/**
 * Kept by the field's nodes: a plan has one list of them, for every object of every answer, and @skip and @include stand alike
 * in all of these. graphql's own executor makes a list for each call.
 */
const needsKept = new WeakMap<readonly FieldNode[], Needs>()
const selectsIdsKept = new WeakMap<readonly FieldNode[], boolean>()

/**
 * The lists that what is selected below this field will need, so that they can be started at once and side by side, not
 * after the first answers. Fragments, @skip and @include count as they will in the execution.
 */
export function needsBelow(info: GraphQLResolveInfo): Needs {
  const held = needsKept.get(info.fieldNodes)
  if (held) return held
  const needs = needsOf(info.parentType.getFields()[info.fieldName], info.fieldNodes, info)
  needsKept.set(info.fieldNodes, needs)
  return needs
}

/** The same, but for what stands below that field of what is selected, such as `NetworkServersEdge.nics`. */
export const needsBelowWithout = (info: GraphQLResolveInfo, without: string): Needs =>
  needsOf(info.parentType.getFields()[info.fieldName], info.fieldNodes, info, without)

/** The same for a field that is not executed yet. */
export function needsOf(
  field: GraphQLField<unknown, unknown> | undefined,
  nodes: readonly FieldNode[],
  place: Place,
  without?: string,
): Needs {
  const needs: Collected = { lists: new Set(), whole: new Set(), seen: new Set(), without }
  if (!field) return needs
  const type = getNamedType(field.type)
  const { cursorReads } = field.extensions as Reads
  for (const { selectionSet } of nodes) {
    if (selectionSet && isCompositeType(type)) collect(selectionSet, type, cursorReads, place, needs)
  }
  return needs
}

/** Whether nothing but ids is selected of the thing that this field answers. */
export function selectsIdsOnly(info: GraphQLResolveInfo): boolean {
  const held = selectsIdsKept.get(info.fieldNodes)
  if (held !== undefined) return held
  const made = info.fieldNodes.every(
    ({ selectionSet }) => selectionSet !== undefined && isOfIds(selectionSet, info, new Set()),
  )
  selectsIdsKept.set(info.fieldNodes, made)
  return made
}

/** `seen`: the fragments that were entered already. */
function isOfIds({ selections }: SelectionSetNode, info: GraphQLResolveInfo, seen: Set<string>): boolean {
  return selections.every((node) => {
    if (!mayBeIncluded(node, info.variableValues)) return true
    if (node.kind === 'Field') return idFields.has(node.name.value)
    if (node.kind === 'InlineFragment') return isOfIds(node.selectionSet, info, seen)
    const name = node.name.value
    if (seen.has(name)) return true // or it has ended this with false
    seen.add(name)
    return isOfIds(fragment(info, name).selectionSet, info, seen)
  })
}

interface Collected extends Needs {
  readonly lists: Set<List>
  readonly whole: Set<List>
  /** Fragments that were entered, with what they stood below: each once, since they can multiply by naming each other. */
  readonly seen: Set<string>
  readonly without: string | undefined
}

function collect(
  { selections }: SelectionSetNode,
  type: GraphQLCompositeType,
  cursorReads: List | null | undefined,
  place: Place,
  needs: Collected,
): void {
  for (const node of selections) {
    if (!mayBeIncluded(node, place.variableValues)) continue
    if (node.kind === 'Field') {
      if (isObjectType(type)) collectField(node, type, cursorReads, place, needs)
      continue
    }
    if (node.kind === 'FragmentSpread') {
      const what = `${node.name.value} ${type.name} ${cursorReads}`
      if (needs.seen.has(what)) continue
      needs.seen.add(what)
    }
    const { typeCondition, selectionSet } = node.kind === 'InlineFragment' ? node : fragment(place, node.name.value)
    const inner = narrowed(type, typeCondition?.name.value, place)
    if (inner) collect(selectionSet, inner, cursorReads, place, needs)
  }
}

function collectField(
  node: FieldNode,
  type: GraphQLObjectType,
  cursorReads: List | null | undefined,
  place: Place,
  needs: Collected,
): void {
  const { lists, whole } = needs
  const name = node.name.value
  const field = type.getFields()[name]
  if (!field) return // __typename
  if (needs.without === `${type.name}.${name}`) return
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
  collect(node.selectionSet, below, inner, place, needs)
}

/** As isIncluded, but never throws: a condition that is null is an error only where the executor comes to it. */
function mayBeIncluded(node: SelectionNode, variables: Place['variableValues']): boolean {
  try {
    return variables === null || isIncluded(node, variables)
  } catch {
    return true
  }
}

/** Whether @skip and @include leave it in. Throws when that goes by a variable that is null. */
export function isIncluded(node: SelectionNode, variables: VariableValues): boolean {
  if (!node.directives?.length) return true
  // In this order, and no further than needed: a value that cannot be had is an error only where it decides (GraphQL 6.3.2).
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables)
  if (skip?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
}

function fragment(place: Place, name: string): FragmentDefinitionNode {
  return place.fragments[name] as FragmentDefinitionNode // validation has seen that it is there
}

/** What a fragment on that type tells of a value of this one; null when it never applies. */
function narrowed(
  type: GraphQLCompositeType,
  condition: string | undefined,
  { schema }: Place,
): GraphQLCompositeType | null {
  if (condition === undefined || condition === type.name) return type
  const target = schema.getType(condition)
  if (isAbstractType(target)) return isObjectType(type) && !schema.isSubType(target, type) ? null : type
  return isObjectType(target) && isAbstractType(type) ? target : null
}
