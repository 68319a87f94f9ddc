/** JSON values as the Python of Cyclades looks at them. */
import { badRequest, unexpectedError } from './faults.ts'
import { textOf } from './python.ts'

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Python's truth: empty texts, arrays and objects are false too, but the text "False" and NaN are true. */
export function isTruthy(value: unknown): boolean {
  if (Number.isNaN(value)) return true
  if (Array.isArray(value)) return value.length > 0
  if (isObject(value)) return Object.keys(value).length > 0
  return Boolean(value)
}

/** Python's `int(value)`: null where it raises a ValueError, a 500 where it raises a TypeError or an OverflowError. */
export function toInteger(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (Number.isNaN(value)) return null
  if (Number.isFinite(value)) return Math.trunc(Number(value))
  if (typeof value !== 'string') throw unexpectedError()
  return /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : null
}

/**
 * A text column of the database: null, too long and NUL are refused by it, not by the API, hence a 500. Anything else than a
 * text is stored as Python writes it.
 */
export function toColumn(value: unknown, maxLength: number): string {
  if (value === null || value === undefined) throw unexpectedError()
  const text = textOf(value)
  // PostgreSQL counts characters, not UTF-16 units.
  if (text.includes('\0') || [...text].length > maxLength) throw unexpectedError()
  return text
}

/** A column that may be null. */
export const toNullableColumn = (value: unknown, maxLength: number): string | null =>
  value === null || value === undefined ? null : toColumn(value, maxLength)

/**
 * Refuses what has not exactly one entry. Cyclades looks at no more than that before it looks up the thing in the URL
 * (`len(req) != 1`, Synnefo 0.14.10 api/networks.py), and texts and arrays have a length too.
 */
export function checkOneEntry(body: unknown, malformed: string): void {
  if (lengthOf(body) !== 1) throw badRequest(malformed)
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length
  if (typeof value !== 'object' || value === null) throw unexpectedError()
  return Array.isArray(value) ? value.length : Object.keys(value).length
}

/** The one key of an action's body and its value, once its length has been checked. Texts and arrays break the server. */
export function onlyEntry(body: unknown): [key: string, value: unknown] {
  const [entry] = isObject(body) ? Object.entries(body) : []
  if (!entry) throw unexpectedError()
  return entry
}
