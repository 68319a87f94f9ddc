/** Values as the Python 2 of Cyclades reads them from JSON and writes them as text, into messages and into its database. */

/** Python's json takes these for numbers. */
const ODD_NUMBERS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])
/** Stands in front of one of them while it passes through JSON.parse as a text: a character for private use. */
const MARK = '\uE000'
const TEXTS_AND_ODD_NUMBERS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g

/** Throws a SyntaxError for what is no JSON to Python either. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const marked = text.replace(TEXTS_AND_ODD_NUMBERS, (found) => (found.startsWith('"') ? found : `"${MARK}${found}"`))
    if (marked === text) throw error
    return JSON.parse(marked, (_key, value) => (isMarked(value) ? ODD_NUMBERS.get(value.slice(1)) : value))
  }
}

const isMarked = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith(MARK) && ODD_NUMBERS.has(value.slice(1))

/** `unicode(value)`. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : reprOf(value))

/** `repr(value)`, of what JSON can hold. A number that was sent as 1.0 is 1 here. */
function reprOf(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value).replace('NaN', 'nan').replace('Infinity', 'inf')
  if (typeof value === 'string') return reprOfText(value)
  if (Array.isArray(value)) return `[${value.map(reprOf).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, item]) => `${reprOfText(key)}: ${reprOf(item)}`)
    .join(', ')}}`
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** `u'...'`, in double quotes where it holds single ones alone. */
function reprOfText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replace(/[^ -[\]-~]/gu, escapeOf).replaceAll(quote, `\\${quote}`)
  return `u${quote}${body}${quote}`
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  if (code > 0xffff) return `\\U${digits.padStart(8, '0')}`
  return ESCAPES[character] ?? (code > 0xff ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`)
}
