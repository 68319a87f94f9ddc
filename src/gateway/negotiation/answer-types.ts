import { LRUCache } from 'lru-cache'
import { findRange, type MediaRange, parseAccept } from './accept.ts'

export type JsonType = 'application/json' | 'application/graphql-response+json'
export type AnswerType = JsonType | 'multipart/mixed' | 'text/event-stream'

/** What one request may be answered in. */
export interface AnswerTypes {
  /** A query, a mutation, and an error in front of any operation. Null: nothing that could be sent is accepted. */
  readonly whole: AnswerType | null
  /** A subscription. */
  readonly events: boolean
  /** A request that is refused: of the JSON types the one that is accepted, or else application/json. */
  readonly refusal: JsonType
  /** The same as an Accept header for yoga, which looks at no weights, and takes any type for GraphiQL that holds `text/html`. */
  readonly header: string
}

/**
 * The types of whole answers. Of those that are accepted equally, JSON comes first, in the order of the header; then the first
 * of these. GraphQL over HTTP leaves open what is sent to who accepts anything; here it is application/json.
 */
const WHOLE: readonly AnswerType[] = [
  'application/json',
  'application/graphql-response+json',
  'multipart/mixed',
  'text/event-stream',
]
const JSON_TYPES = WHOLE.slice(0, 2) as readonly JsonType[]
const EVENTS = 'text/event-stream'
const PAGE = 'text/html'

/** Clients send a few headers again and again. */
const MOST_HEADERS = 100
const LONGEST_KEPT = 500

const known = new LRUCache<string, AnswerTypes>({ max: MOST_HEADERS })

/** Reads an Accept header; null where there is none. */
export function answerTypesFor(accept: string | null): AnswerTypes {
  const header = accept ?? ''
  const held = known.get(header)
  if (held) return held
  const types = choose(header)
  if (header.length <= LONGEST_KEPT) known.set(header, types)
  return types
}

const ANYTHING = parseAccept('*/*') ?? []

function choose(accept: string): AnswerTypes {
  const ranges = parseAccept(accept) ?? ANYTHING
  const whole = best(WHOLE, ranges)
  const events = findRange(EVENTS, ranges) !== null
  const accepted = [
    ...(wantsPage(ranges, whole) ? [PAGE] : []),
    ...(whole === null ? [] : [whole]),
    ...(events && whole !== EVENTS ? [EVENTS] : []),
  ]
  return {
    whole,
    events,
    refusal: best(JSON_TYPES, ranges) ?? 'application/json',
    header: accepted.join(', ') || '*/*;q=0',
  }
}

function best<Type extends AnswerType>(types: readonly Type[], ranges: readonly MediaRange[]): Type | null {
  const isJson = (type: AnswerType) => (JSON_TYPES as readonly AnswerType[]).includes(type)
  const accepted = types.flatMap((type) => {
    const range = findRange(type, ranges)
    return range ? [{ type, ...range, group: isJson(type) ? -1 : types.indexOf(type) }] : []
  })
  accepted.sort((one, other) => other.weight - one.weight || one.group - other.group || one.at - other.at)
  return accepted[0]?.type ?? null
}

/** GraphiQL is for who asks for pages by name, as browsers do, and does not like an answer better. */
function wantsPage(ranges: readonly MediaRange[], whole: AnswerType | null): boolean {
  const named = ranges.filter(({ type, subtype }) => `${type}/${subtype}` === PAGE)
  const page = findRange(PAGE, named)
  return page !== null && page.weight >= (whole === null ? 0 : (findRange(whole, ranges)?.weight ?? 0))
}
