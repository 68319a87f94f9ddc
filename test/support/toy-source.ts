/** What the toy schema's fields are asked of: a tree of specs says how each value goes right or wrong. */
import {
  GraphQLError,
  type GraphQLNullableType,
  type GraphQLOutputType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql'
import type { Desk } from './toy-desk.ts'

export interface Spec {
  readonly what: 'value' | 'null' | 'undefined' | 'throw' | 'error' | 'wrong'
  /** As a promise, which comes to something in the order of these; null: at once, without one. */
  readonly rank: number | null
  readonly list: 'array' | 'set' | 'generator' | 'breaking'
  readonly type: 'A' | 'B' | 'C'
  /** How an object's type is told. */
  readonly typed: 'named' | 'now' | 'later' | 'truthy' | 'throws' | 'rejects' | 'wrong'
  /** Which of several values, or wrong ones. */
  readonly which: number
  readonly children: readonly Spec[]
}

/** A good value, or a list of nothing. */
export const PLAIN: Spec = {
  what: 'value',
  rank: null,
  list: 'array',
  type: 'A',
  typed: 'named',
  which: 0,
  children: [],
}

/** A value of the scalar Picky. */
export class Leaf {
  readonly serialize: () => unknown
  constructor(serialize: () => unknown) {
    this.serialize = serialize
  }
}

export const fail = (message: string) => {
  throw new GraphQLError(message, { extensions: { code: 'NO_LEAF' } })
}

const right = { Int: [1, '2', true], Picky: ['text', { deep: [1, null] }, 0, false, ''], Color: [0, 'g', 'BLUE'] }
const wrong = { Int: ['one', Number.NaN, {}, 2.5], Picky: [null, undefined], Color: ['RED', -1, {}] }

/** What is no list, though some of it may look like one. */
const noLists = [7, 'text', {}, { length: 2, 0: 1, 1: 2 }, { [Symbol.iterator]: undefined }]

export const at = <Value>(values: readonly Value[], which: number) => values[which % values.length]

function answer(type: GraphQLOutputType, spec: Spec, desk: Desk): unknown {
  const make = () => {
    if (spec.what === 'throw')
      throw at([new Error(`thrown ${spec.which}`), `text ${spec.which}`, undefined], spec.which)
    if (spec.what === 'error') return new Error(`returned ${spec.which}`)
    if (spec.what === 'null') return null
    return spec.what === 'undefined' ? undefined : value(getNullableType(type), spec, desk)
  }
  return spec.rank === null ? make() : desk.later(spec.rank, make)
}

function value(type: GraphQLNullableType, spec: Spec, desk: Desk): unknown {
  const isRight = spec.what === 'value'
  if (isListType(type)) return isRight ? list(type.ofType as GraphQLOutputType, spec, desk) : at(noLists, spec.which)
  if (isLeafType(type)) {
    const leaf = at((isRight ? right : wrong)[type.name as keyof typeof right], spec.which)
    if (type.name !== 'Picky') return leaf
    return new Leaf(() => (isRight || spec.which % 3 ? leaf : fail(`refused ${spec.which}`)))
  }
  if (!isRight && spec.which % 3 === 0) return at([5, 'text', {}], spec.which)
  const isOfThat = isRight && isObjectType(type)
  return new Source(spec, isOfThat ? type.name : spec.type, desk)
}

function list(type: GraphQLOutputType, spec: Spec, desk: Desk): unknown {
  const items = spec.children.map((child) => {
    // An item cannot throw without a promise.
    const isThrown = child.what === 'throw' && child.rank === null
    return answer(type, isThrown ? { ...child, what: 'error' } : child, desk)
  })
  if (spec.list === 'array') return items
  if (spec.list === 'set') return new Set(items)
  return (function* () {
    yield* items
    if (spec.list === 'breaking') throw new Error('no more')
  })()
}

export class Source {
  readonly spec: Spec
  readonly typeName: string
  readonly desk: Desk

  constructor(spec: Spec, typeName: string, desk: Desk) {
    this.spec = spec
    this.typeName = typeName
    this.desk = desk
  }

  get __typename(): string | undefined {
    return this.spec.typed === 'named' ? this.typeName : undefined
  }

  /** The value of the field of that type and place. */
  take(type: GraphQLOutputType, place: number): unknown {
    return answer(type, at(this.spec.children, place) ?? PLAIN, this.desk)
  }
}

export const rootOf = (spec: Spec, desk: Desk): object => new Source(spec, 'Query', desk)

/** What the spec tells of the type, or of whether it is this type. */
export function told<Right>(source: unknown, right: Right, isWrong: (which: number) => unknown): unknown {
  if (!(source instanceof Source)) return right
  const { typed, which, rank } = source.spec
  if (typed === 'throws') throw new Error('type thrown')
  if (typed === 'wrong') return isWrong(which)
  if (typed === 'truthy' && right === true) return 1
  if (typed === 'now' || typed === 'named' || typed === 'truthy') return right
  return source.desk.later(rank ?? which, () => {
    if (typed === 'rejects') throw new Error('type rejected')
    return which % 5 === 0 ? isWrong(which) : right
  })
}
