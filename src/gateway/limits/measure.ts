import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** How large one operation is with its fragments in their places, as often as they stand there. */
export interface Measures {
  /** Levels of fields; what is below `__schema` and `__type` is left to graphql's own rule. */
  readonly depth: number
  readonly fields: number
  readonly aliases: number
  readonly directives: number
  readonly rootFields: number
}

interface Sums {
  depth: number
  fields: number
  aliases: number
  directives: number
  /** Of this level, not of those below. */
  ownFields: number
}

const kept = new WeakMap<OperationDefinitionNode, Measures>()

/**
 * Each fragment is measured once, however often it is named, so this takes time in proportion to the text, even where
 * fragments that name each other twice stand for billions of fields. One that is in itself counts as nothing there: such
 * documents are not valid anyway.
 */
export function measure(document: DocumentNode, operation: OperationDefinitionNode): Measures {
  const held = kept.get(operation)
  if (held) return held
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const measuring = new Measuring(fragments)
  const { depth, fields, aliases, directives, ownFields } = measuring.set(operation.selectionSet)
  const made = {
    depth,
    fields,
    aliases,
    directives: directives + (operation.directives?.length ?? 0),
    rootFields: ownFields,
  }
  kept.set(operation, made)
  return made
}

const NOTHING: Readonly<Sums> = { depth: 0, fields: 0, aliases: 0, directives: 0, ownFields: 0 }

class Measuring {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #measured = new Map<string, Readonly<Sums>>()

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments
  }

  set({ selections }: SelectionSetNode): Sums {
    const sums = { ...NOTHING }
    for (const node of selections) {
      const of = this.#selection(node)
      sums.depth = Math.max(sums.depth, of.depth)
      sums.fields += of.fields
      sums.aliases += of.aliases
      sums.directives += of.directives + (node.directives?.length ?? 0)
      sums.ownFields += of.ownFields
    }
    return sums
  }

  #selection(node: SelectionNode): Readonly<Sums> {
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(node.name.value)
    if (node.kind === Kind.INLINE_FRAGMENT) return this.set(node.selectionSet)
    const { name, alias, selectionSet } = node
    const { depth, fields, aliases, directives } = selectionSet ? this.set(selectionSet) : NOTHING
    return {
      depth: name.value === '__schema' || name.value === '__type' ? 1 : depth + 1,
      fields: fields + 1,
      aliases: aliases + (alias ? 1 : 0),
      directives,
      ownFields: 1,
    }
  }

  #fragment(name: string): Readonly<Sums> {
    const held = this.#measured.get(name)
    if (held) return held
    this.#measured.set(name, NOTHING)
    const fragment = this.#fragments.get(name)
    if (!fragment) return NOTHING
    const of = this.set(fragment.selectionSet)
    of.directives += fragment.directives?.length ?? 0
    this.#measured.set(name, of)
    return of
  }
}
