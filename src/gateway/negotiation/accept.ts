/** One member of an Accept header, as far as it could fit what the gateway sends. */
export interface MediaRange {
  /** In lower case; `*` is any. */
  readonly type: string
  readonly subtype: string
  /** Of two ranges that cover a type, the more specific one counts (RFC 9110, 12.5.1). */
  readonly specificity: number
  /** From 0, which is a no, to 1. */
  readonly weight: number
}

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+"
const RANGE = new RegExp(`^(${TOKEN})/(${TOKEN})$`)

/** `utf8` is no name of it in HTTP, but common. */
export const UTF_8 = /^utf-?8$/i

/** RFC 9110 wants a digit in front of the point and three behind it at most; Java's HttpURLConnection sends `q=.2`. */
const WEIGHT = /^(?:0?\.\d+|0\.?|1(?:\.0*)?)$/

/** What stands between separators, unless these are within quotes. Each character can be matched in one way only. */
const MEMBERS = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g
const PARAMETERS = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g

/** Browsers send ten of them and two parameters each. All this is done before requests are counted, so it must take no time. */
const MOST_MEMBERS = 100
const MOST_PARAMETERS = 10

/**
 * The ranges of an Accept header, in its order. Null: any type will do, as the header is empty. Members that are malformed, or
 * ask for another charset than UTF-8, are left out, as nothing that is sent fits them. Of more than a hundred none is looked at, so
 * nothing fits.
 */
export function parseAccept(header: string): MediaRange[] | null {
  const members = (header.toLowerCase().match(MEMBERS) ?? []).map((member) => member.trim()).filter((member) => member)
  if (members.length === 0) return null
  if (members.length > MOST_MEMBERS) return []
  return members.flatMap((member) => parseMember(member) ?? [])
}

/**
 * Parameters other than `charset` and `q` are ignored, as by most servers: clients add some of their own, such as
 * `multipart/mixed;deferSpec=20220824`. A range without them is the more specific one here.
 */
function parseMember(member: string): MediaRange | null {
  const [name = '', ...parameters] = (member.match(PARAMETERS) ?? []).map((part) => part.trim())
  const [, type = '', subtype = ''] = RANGE.exec(name) ?? []
  if (type === '' || (type === '*' && subtype !== '*') || parameters.length > MOST_PARAMETERS) return null
  let weight = 1
  let specificity = type === '*' ? 0 : subtype === '*' ? 1 : 3
  for (const parameter of parameters) {
    const [key = '', value = ''] = parameter.split('=', 2).map((part) => part.replaceAll('"', '').trim())
    if (key === 'q') {
      if (!WEIGHT.test(value)) return null
      weight = Number(value)
      break // what follows it is no parameter of the type
    }
    if (key === 'charset') {
      if (!UTF_8.test(value)) return null
      if (specificity === 3) specificity = 4
    } else if (specificity > 2) specificity = 2
  }
  return { type, subtype, specificity, weight }
}

/** Where the range that decides about a type stands, and what it says. Null: none covers the type, or it says no. */
export function findRange(mediaType: string, ranges: readonly MediaRange[]): { at: number; weight: number } | null {
  const [type, subtype] = mediaType.split('/')
  let found: { at: number; range: MediaRange } | null = null
  for (const [at, range] of ranges.entries()) {
    const covers = range.type === '*' || (range.type === type && (range.subtype === '*' || range.subtype === subtype))
    if (covers && range.specificity > (found?.range.specificity ?? -1)) found = { at, range }
  }
  return found && found.range.weight > 0 ? { at: found.at, weight: found.range.weight } : null
}
