/** Valid documents for the toy schema, and values for their variables. */
import fc from 'fast-check'
import { doTypesOverlap, getNamedType, isCompositeType, isUnionType } from 'graphql'
import { names, toySchema } from './toy-schema.ts'
import { at, type Spec } from './toy-source.ts'

/** A selection before it is known of what: indexes are of what is possible there. */
export interface Sketch {
  readonly kind: 'field' | 'typename' | 'inline' | 'spread'
  readonly which: number
  readonly variant: number
  readonly isConditional: boolean
  readonly below: readonly Sketch[]
}

const FRAGMENTS = ['Query', 'A', 'Thing', 'Pair', 'B', 'Marked'] as const
const directives = [
  '@skip(if: $yes)',
  '@include(if: $yes)',
  '@include(if: $maybe) @skip(if: $yes)',
  '@skip(if: $perhaps)',
  '@include(if: $perhaps) @skip(if: $maybe)',
  '@skip(if: true) @include(if: $perhaps)',
  '@include(if: false) @skip(if: $perhaps)',
  '@skip(if: false)',
  '@include(if: true)',
  '@skip(if: true)',
  '@include(if: false)',
]

/** Names that objects of JavaScript have, or are asked for. */
const ODD_ALIASES = ['then', '__proto__', 'constructor', 'toJSON', 'hasOwnProperty', 'length']

/** What has the same key is the same field with the same arguments: `odd` is one field's own. */
const variants: readonly ((name: string, odd: string) => string)[] = [
  (name) => name,
  (name) => name,
  (name) => name,
  (name, odd) => `${odd}: ${name}`,
  (name) => `x_${name}: ${name}`,
  (name) => `n_${name}: ${name}(n: 5, color: RED, list: [1, 2])`,
  (name) => `v_${name}: ${name}(n: $n, color: $color, list: [3, $must])`,
  (name) => `i_${name}: ${name}(input: { n: $n, color: $color }, list: $list)`,
  (name) => `o_${name}: ${name}(input: $input)`,
]

const VARIABLES = `$yes: Boolean!, $maybe: Boolean = true, $perhaps: Boolean = false, $n: Int = 2, $must: Int!, $color: Color, $list: [Int!] = [7],
  $input: Input = { n: 4 }`

/** The types whose fragments may stand in a selection of that type. */
function conditionsOf(typeName: string): string[] {
  const types = Object.values(toySchema.getTypeMap()).filter(isCompositeType)
  const type = toySchema.getType(typeName)
  return types
    .filter((other) => isCompositeType(type) && !/^__/.test(other.name) && doTypesOverlap(toySchema, type, other))
    .map(({ name }) => name)
}

class Writer {
  readonly #fields: readonly string[]

  /** Few fields, so that some are asked for twice; no more than there are odd aliases. */
  constructor(fields: readonly string[]) {
    this.#fields = fields
  }

  /** Fragments spread only those after them. */
  selections(sketches: readonly Sketch[], typeName: string, after: number): string {
    return `{ ${sketches.map((sketch) => this.#selection(sketch, typeName, after)).join(' ') || '__typename'} }`
  }

  #selection({ kind, which, variant, isConditional, below }: Sketch, typeName: string, after: number): string {
    const directive = isConditional ? (at(directives, variant + which) ?? '') : ''
    const type = toySchema.getType(typeName)
    if (kind === 'typename') return `${variant % 2 ? 'type: ' : ''}__typename ${directive}`
    if (kind === 'field') {
      if (isUnionType(type)) {
        return `... on Thing ${this.selections([{ kind, which, variant, isConditional, below }], 'Thing', after)}`
      }
      const name = at(this.#fields, which) ?? 'int'
      const odd = at(ODD_ALIASES, this.#fields.indexOf(name)) ?? name
      const field = `${(at(variants, variant) ?? String)(name, odd)} ${directive}`
      const valueType = getNamedType(type && 'getFields' in type ? type.getFields()[name]?.type : undefined)
      return isCompositeType(valueType) ? `${field} ${this.selections(below, valueType.name, after)}` : field
    }
    if (kind === 'inline') {
      const condition = (variant % 4 && at(conditionsOf(typeName), which)) || typeName
      const on = variant % 8 ? `on ${condition}` : ''
      return `... ${on} ${directive} ${this.selections(below, condition, after)}`
    }
    const fitting = FRAGMENTS.filter((name, place) => place > after && conditionsOf(typeName).includes(name))
    return fitting.length ? `...${at(fitting, which)}Fields ${directive}` : '__typename'
  }
}

export const sketches: fc.Memo<Sketch[]> = fc.memo((depth) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom('field', 'field', 'field', 'field', 'typename', 'inline', 'spread'),
      which: fc.nat(30),
      variant: fc.nat(26),
      isConditional: fc.integer({ min: 1, max: 6 }).map((one) => one === 6),
      below: depth > 1 ? sketches(depth - 1) : fc.constant([]),
    }),
    { minLength: depth > 2 ? 1 : 0, maxLength: 4 },
  ),
)

export const toyQuery: fc.Arbitrary<string> = fc
  .record({
    fields: fc.subarray(names, { minLength: 2, maxLength: 6 }),
    root: sketches(4),
    fragments: fc.tuple(...FRAGMENTS.map(() => sketches(3))),
  })
  .map(({ fields, root, fragments }) => {
    const writer = new Writer(fields)
    const query = `query Toy(${VARIABLES}) ${writer.selections(root, 'Query', -1)}`
    const others = FRAGMENTS.map(
      (name, place) => `fragment ${name}Fields on ${name} ${writer.selections(fragments[place] ?? [], name, place)}`,
    )
    return [query, ...others].join('\n')
  })

/** Null, nothing, the right thing or a wrong one. */
const either = <Right>(right: Right, wrong: unknown) =>
  fc.oneof(
    { weight: 60, arbitrary: fc.constant(right) },
    { weight: 30, arbitrary: fc.constantFrom(null, undefined) },
    { weight: 1, arbitrary: fc.constant(wrong) },
  )

/** Of a variable that is a condition. */
export const perhaps = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(true, false, undefined) },
  { weight: 1, arbitrary: fc.constant(null) },
)

export const toyVariables = fc
  .record({
    yes: fc.boolean(),
    maybe: perhaps,
    perhaps,
    n: either(3, 'three'),
    must: fc.oneof({ weight: 50, arbitrary: fc.constant(6) }, fc.constant(null)),
    color: either('BLUE', 'GREY'),
    list: either([1], [null]),
    input: either({ n: 2, color: 'RED' }, { color: 'RED', more: 1 }),
  })
  .map((values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)))

const rarely = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof({ weight: 3 * others.length, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))

const spec: fc.Memo<Spec> = fc.memo((depth) =>
  fc.record({
    what: fc.oneof(
      { weight: 30, arbitrary: fc.constant('value' as const) },
      { weight: 7, arbitrary: fc.constantFrom('null', 'undefined', 'throw', 'error', 'wrong', 'wrong', 'wrong') },
    ),
    rank: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.nat(9)),
    list: rarely<Spec['list']>('array', 'set', 'generator', 'breaking'),
    type: fc.constantFrom('A', 'A', 'B', 'B', 'C'),
    typed: fc.oneof(
      { weight: 15, arbitrary: fc.constantFrom('named', 'now', 'later') },
      fc.constantFrom('truthy', 'throws', 'rejects', 'wrong'),
    ),
    which: fc.nat(11),
    children: depth > 1 ? fc.array(spec(depth - 1), { minLength: depth > 3 ? 2 : 0, maxLength: 4 }) : fc.constant([]),
  }),
)

export const toySource: fc.Arbitrary<Spec> = fc.oneof(
  { weight: 3, arbitrary: spec(5) },
  // Nothing of it waits.
  { weight: 1, arbitrary: spec(5).map(prompt) },
)

function prompt(spec: Spec): Spec {
  const typed = spec.typed === 'later' || spec.typed === 'rejects' ? 'now' : spec.typed
  return { ...spec, rank: null, typed, children: spec.children.map(prompt) }
}
