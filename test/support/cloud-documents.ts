/** Valid queries of the real schema, for things that are there and things that are not, and values for their variables. */
import fc from 'fast-check'
import { doTypesOverlap, type GraphQLCompositeType, getNamedType, isCompositeType, isUnionType } from 'graphql'
import { schema } from '../../src/schema/index.ts'
import { perhaps, type Sketch, sketches } from './toy-documents.ts'
import { at } from './toy-source.ts'

const FRAGMENTS = ['Query', 'Network', 'Node', 'Server', 'Nic', 'NetworkConnection'] as const

const PAGES = ['', '', '(first: 2)', '(last: $n)', '(first: $n, after: $after)', '(first: -1)']
const IDS = [
  '(id: $id)',
  '(id: "141")',
  '(id: "1")',
  '(id: "Network:1")',
  '(id: "Nic:aa:00:00:23:0d:59")',
  '(id: "no id")',
]

/** By the field's coordinate or its name. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'Query.networks': [...PAGES, '(filter: { public: $public })', '(orderBy: { field: NAME, direction: DESC })'],
  'Query.servers': [...PAGES, '(filter: { nameContains: $id })', '(orderBy: { field: CREATED_AT })'],
  'Query.nodes': ['(ids: [$id, "Network:1", "Server:999"])', '(ids: ["Server:141", "Server:141"])'],
  'Network.nics': PAGES,
  'Network.servers': PAGES,
  network: IDS,
  server: IDS,
  nic: IDS,
  node: IDS,
}

/** They have one type wherever they stand, and so need no alias. */
const ALIKE = new Set(['id', 'name', 'nodes', 'edges', 'totalCount', 'createdAt'])

const DIRECTIVES = ['@skip(if: $yes)', '@include(if: $perhaps)', '@skip(if: true) @include(if: $perhaps)']

const composites = Object.values(schema.getTypeMap()).filter(isCompositeType)

/** The types whose fragments may stand in a selection of that type. */
const conditionsOf = (type: GraphQLCompositeType) => composites.filter((other) => doTypesOverlap(schema, type, other))

function selections(below: readonly Sketch[], type: GraphQLCompositeType, after: number): string {
  return `{ ${below.map((sketch) => selection(sketch, type, after)).join(' ') || '__typename'} }`
}

/** Fragments spread only those after them. */
function selection(
  { kind, which, variant, isConditional, below }: Sketch,
  type: GraphQLCompositeType,
  after: number,
): string {
  const directive = isConditional ? (at(DIRECTIVES, variant) ?? '') : ''
  if (kind === 'inline') {
    const condition = at(conditionsOf(type), which) ?? type
    return `... on ${condition.name} ${directive} ${selections(below, condition, after)}`
  }
  if (kind === 'spread') {
    const others = conditionsOf(type).map(({ name }) => name)
    const fitting = FRAGMENTS.filter((name, place) => place > after && others.includes(name))
    return fitting.length ? `...${at(fitting, which)}Fields ${directive}` : '__typename'
  }
  const field = isUnionType(type) ? undefined : at(Object.values(type.getFields()), which)
  if (kind === 'typename' || !field) return `__typename ${directive}`
  const given = ARGUMENTS[`${type.name}.${field.name}`] ?? (field.args.length > 0 ? ARGUMENTS[field.name] : undefined)
  const choice = given ? variant % given.length : 0
  const alias = ALIKE.has(field.name) ? '' : `${type.name}_${field.name}${choice}:`
  const valueType = getNamedType(field.type)
  const inner = isCompositeType(valueType) ? selections(below, valueType, after) : ''
  return `${alias} ${field.name}${given?.[choice] ?? ''} ${directive} ${inner}`
}

const typeOf = (name: string) => schema.getType(name) as GraphQLCompositeType // one of FRAGMENTS

export const cloudQuery: fc.Arbitrary<string> = fc
  .record({ root: sketches(5), fragments: fc.tuple(...FRAGMENTS.map(() => sketches(3))) })
  .map(({ root, fragments }) => {
    const variables =
      '$yes: Boolean!, $perhaps: Boolean = true, $public: Boolean, $id: ID!, $n: Int = 1, $after: String'
    const query = `query Cloud(${variables}) ${selections(root, typeOf('Query'), -1)}`
    const others = FRAGMENTS.map((name, place) => {
      return `fragment ${name}Fields on ${name} ${selections(fragments[place] ?? [], typeOf(name), place)}`
    })
    return [query, ...others].join('\n')
  })

export const cloudVariables = fc.record(
  {
    yes: fc.boolean(),
    perhaps,
    public: fc.constantFrom(true, null),
    id: fc.constantFrom('141', 'Server:141', '1', 'Network:2', '999'),
    n: fc.constantFrom(1, 3, null),
    after: fc.constant(null),
  },
  { requiredKeys: ['yes', 'id'] },
)
