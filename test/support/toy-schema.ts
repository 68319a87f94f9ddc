/** A schema with every kind of field, nullable and not, resolved in every way, of values that go right and wrong. */
import {
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldResolver,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLNullableOutputType,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLUnionType,
  getNullableType,
} from 'graphql'
import type { Desk } from './toy-desk.ts'
import { at, fail, Leaf, Source, told } from './toy-source.ts'

const Picky = new GraphQLScalarType({
  name: 'Picky',
  serialize: (value) => (value instanceof Leaf ? value.serialize() : fail('no leaf')),
})
const Color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 0 }, GREEN: { value: 'g' }, BLUE: {} } })
const noTypes = ['Nothing', 'Thing', 'Query', 'Color', undefined, null, 5, '']

// The compiler knows only functions that keep to the rules.
const resolveType = (source: unknown): string =>
  told(source, source instanceof Source ? source.typeName : 'A', (which) => at([...noTypes, C], which)) as string
const isTypeOf =
  (name: string) =>
  (source: unknown): boolean =>
    told(source, source instanceof Source && source.typeName === name, () => false) as boolean

const ROOT = 4
const fields = (kind: number) => () => fieldsOf(kind)
const Thing = new GraphQLInterfaceType({ name: 'Thing', fields: fields(3), resolveType })
/** Told by its objects' `__typename` or `isTypeOf`. */
const Marked = new GraphQLInterfaceType({ name: 'Marked', fields: fields(3) })
const interfaces = [Thing, Marked]
const A = new GraphQLObjectType({ name: 'A', interfaces, fields: fields(0), isTypeOf: isTypeOf('A') })
const B = new GraphQLObjectType({ name: 'B', interfaces, fields: fields(1), isTypeOf: isTypeOf('B') })
const C = new GraphQLObjectType({ name: 'C', interfaces, fields: fields(2) })
const Pair = new GraphQLUnionType({ name: 'Pair', types: [A, B] })
const Any = new GraphQLUnionType({ name: 'Any', types: [A, B, C], resolveType })

const bases = {
  int: GraphQLInt,
  picky: Picky,
  color: Color,
  a: A,
  c: C,
  thing: Thing,
  marked: Marked,
  pair: Pair,
  any: Any,
}
const must = (type: GraphQLNullableOutputType) => new GraphQLNonNull(type)
const many = (type: GraphQLOutputType) => new GraphQLList(type)
const wrappers: Record<string, (type: GraphQLNullableOutputType) => GraphQLOutputType> = {
  '': (type) => type,
  Must: must,
  List: many,
  ListOfMust: (type) => many(must(type)),
  MustList: (type) => must(many(type)),
  MustListOfMust: (type) => must(many(must(type))),
  Lists: (type) => many(many(type)),
  MustLists: (type) => must(many(must(many(must(type))))),
}

const types: Readonly<Record<string, GraphQLOutputType>> = Object.fromEntries(
  Object.entries(bases).flatMap(([base, type]) =>
    Object.entries(wrappers).map(([suffix, wrap]) => [base + suffix, wrap(type)]),
  ),
)
export const names = Object.keys(types)

const Input = new GraphQLInputObjectType({
  name: 'Input',
  fields: { n: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 8 }, color: { type: Color } },
})
const args: GraphQLFieldConfigArgumentMap = {
  n: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 1 },
  color: { type: Color, defaultValue: 'g' },
  input: { type: Input },
  list: { type: new GraphQLList(new GraphQLNonNull(GraphQLInt)) },
}

const take = (source: unknown, name: string) =>
  source instanceof Source ? source.take(types[name] ?? GraphQLInt, names.indexOf(name)) : undefined

/** What a resolver is told, for the comparison of calls. */
function note(desk: Desk, name: string, given: unknown, info?: GraphQLResolveInfo): void {
  const path = []
  for (let step = info?.path; step; step = step.prev) path.push(step.key, step.typename)
  const { fieldName, fieldNodes, returnType, parentType, fragments, operation, variableValues } = info ?? {}
  const about = [fieldName, fieldNodes?.map(({ loc }) => loc?.start), returnType, parentType, operation?.name?.value]
  desk.calls.push(JSON.stringify([name, given, path, about, Object.keys(fragments ?? {}), variableValues]))
}

/** Of every length; where there is none, the field has the default one. */
const resolvers: readonly ((name: string) => GraphQLFieldResolver<unknown, Desk>)[] = [
  (name) => (source, given, desk, info) => {
    note(desk, name, given, info)
    if (info.schema !== toySchema || info.rootValue !== desk.root) throw new Error('not the info of this execution')
    return take(source, name)
  },
  (name) => (source, given, desk) => {
    note(desk, name, given)
    return take(source, name)
  },
  (name) => (source) => take(source, name),
  (name) =>
    (...[source, given, desk, info]) => {
      note(desk, name, given, info)
      return take(source, name)
    },
]

const resolverOf = (place: number) => at([...resolvers, undefined, undefined, undefined], place)

/** The roots are mostly nullable, or little else than null were answered. */
const rootTypeOf = (name: string, type: GraphQLOutputType) => (/^int/.test(name) ? type : getNullableType(type))

function fieldsOf(kind: number): Record<string, GraphQLFieldConfig<unknown, Desk>> {
  const all = Object.entries(types).map(([name, type], place) => {
    const resolve = resolverOf(place + kind)?.(name)
    return [name, { type: kind === ROOT ? rootTypeOf(name, type) : type, args, ...(resolve && { resolve }) }] as const
  })
  return Object.fromEntries(all)
}

// For the default resolver: every other field is a method.
names.forEach((name, place) => {
  const get = function (this: Source) {
    return take(this, name)
  }
  function method(this: Source, given: unknown, desk: Desk, info: GraphQLResolveInfo) {
    note(desk, name, given, info)
    return take(this, name)
  }
  Object.defineProperty(Source.prototype, name, place % 2 ? { get } : { value: method })
})

export const toySchema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: fields(ROOT) }),
  types: [A, B, C],
})
