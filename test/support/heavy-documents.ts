/** Valid documents of the real schema that ask for as much as their limits allow: deep, aliased, paged to nothing, with long lists. */
import fc from 'fast-check'
import { type GraphQLField, type GraphQLObjectType, getNamedType, isAbstractType, isCompositeType } from 'graphql'
import { schema } from '../../src/schema/index.ts'

export interface HeavyDocument {
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** One choice after the other, of a list of numbers that fast-check makes smaller. */
class Choices {
  readonly #numbers: readonly number[]
  #at = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  next(below: number): number {
    const number = this.#numbers[this.#at++] ?? 0
    return number % below
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.next(items.length)] as Item
  }
}

const PAGES = ['', '(first: 0)', '(first: 1)', '(first: $n)', '(last: $n)', '(first: 10000)']
const NETWORK = ['(id: "1")', '(id: "Network:2")', '(id: $id)']
const SERVER = ['(id: "1")', '(id: "Server:500")', '(id: $id)']
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'Query.networks': [
    ...PAGES,
    '(orderBy: { field: NAME }, first: $n)',
    '(filter: { status: $networkStatuses }, first: 0)',
    '(filter: { ids: $ids, nameContains: "e", unused: false })',
  ],
  'Query.servers': [
    ...PAGES,
    '(orderBy: { field: NAME, direction: DESC }, first: 0)',
    '(filter: { status: $serverStatuses, nameContains: "server" }, first: $n)',
    '(filter: { ids: $ids }, orderBy: { field: CREATED_AT })',
  ],
  'Network.nics': PAGES,
  'Network.servers': PAGES,
  'Query.network': NETWORK,
  'Query.server': SERVER,
  'Query.nic': ['(id: "nic-1-1")', '(id: "nic-500-0")'],
  'Query.node': ['(id: "Network:1")', '(id: "Server:7")'],
  'Query.nodes': ['(ids: ["Network:1", "Server:1", "Server:2"])', '(ids: $nodes)'],
  'Query.topology': ['', '(filter: { networkIds: $ids })', '(filter: { includePublic: false })'],
  'Query.__type': ['(name: "Query")', '(name: "Network")'],
  '__Type.fields': ['', '(includeDeprecated: true)'],
}

const INTROSPECTION = {
  __schema: 'types { ...T }',
  __type: '...T',
}
const FRAGMENTS = `fragment T on __Type { name kind description fields { name description args { name type { ...R } } type { ...R } } }
  fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { name } } } }`

/** More fields where little is chosen below; what is scalar costs little. */
function selection(choices: Choices, type: GraphQLObjectType, levels: number, budget: { aliases: number }): string {
  const fields = Object.values(type.getFields())
  const things = fields.filter(({ type: of }) => isCompositeType(getNamedType(of)))
  const leaves = fields.filter((field) => !things.includes(field))
  const parts = leaves.slice(0, choices.next(4)).map(({ name }) => name)
  if (levels > 0 && things.length > 0) {
    const [field, times] = [choices.of(things), 1 + choices.next(levels > 6 ? 12 : 3)]
    for (let time = 0; time < times; time++) {
      if (time > 0 && budget.aliases-- <= 0) break
      parts.push(`${time > 0 ? `${field.name}${time}: ` : ''}${one(choices, type, field, levels, budget)}`)
    }
  }
  return parts.length === 0 ? '__typename' : parts.join(' ')
}

function one(
  choices: Choices,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  levels: number,
  budget: { aliases: number },
): string {
  const given = ARGUMENTS[`${type.name}.${field.name}`]
  const below = getNamedType(field.type)
  if (!isAbstractType(below))
    return `${field.name}${given ? choices.of(given) : ''} { ${selection(choices, below as GraphQLObjectType, levels - 1, budget)} }`
  const possible = choices.of(schema.getPossibleTypes(below))
  const inner = `__typename ... on ${possible.name} { ${selection(choices, possible, levels - 1, budget)} }`
  return `${field.name}${given ? choices.of(given) : ''} { ${inner} }`
}

function write(numbers: readonly number[]): string {
  const choices = new Choices(numbers)
  const budget = { aliases: 49 }
  const variables =
    '$n: Int = 3, $id: ID = "3", $ids: [ID!], $nodes: [ID!] = [], $networkStatuses: [NetworkStatus!], $serverStatuses: [ServerStatus!]'
  const query = schema.getQueryType() as GraphQLObjectType
  if (choices.next(12) === 0) {
    const name = choices.of(['__schema', '__type'] as const)
    const args = ARGUMENTS[`Query.${name}`]?.[0] ?? ''
    const times = 1 + choices.next(49)
    const all = Array.from({ length: times }, (_, at) => `a${at}: ${name}${args} { ${INTROSPECTION[name]} }`)
    return `query Heavy { ${all.join(' ')} } ${FRAGMENTS}`
  }
  return `query Heavy(${variables}) { ${selection(choices, query, 3 + choices.next(11), budget)} }`
}

const ids = fc.integer({ min: 0, max: 24_000 }).map((count) => Array.from({ length: count }, (_, at) => String(at)))
const repeated = (...values: string[]) =>
  fc
    .integer({ min: 0, max: 24_000 })
    .map((count) => Array.from({ length: count }, (_, at) => values[at % values.length]))

export const heavyDocument: fc.Arbitrary<HeavyDocument> = fc.record({
  text: fc.array(fc.nat(1000), { minLength: 40, maxLength: 160 }).map(write),
  variables: fc.record(
    {
      n: fc.constantFrom(0, 1, 7, 10_000),
      ids: fc.oneof(fc.constant(['1', '2']), ids),
      nodes: fc.integer({ min: 0, max: 400 }).map((count) => Array.from({ length: count }, (_, at) => `Server:${at}`)),
      networkStatuses: repeated('ACTIVE', 'ERROR'),
      serverStatuses: repeated('ACTIVE', 'STOPPED'),
    },
    { requiredKeys: ['n'] },
  ),
})
