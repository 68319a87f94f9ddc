/** JSON values as the Python of Cyclades looks at them. */
import { badRequest, unexpectedError } from './faults.ts'

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Python's truth: empty texts, arrays and objects are false too, but the text "False" is true. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (isObject(value)) return Object.keys(value).length > 0
  return Boolean(value)
}

/** Python's `int(value)`: null where it raises a ValueError, a 500 where it raises a TypeError. */
export function toInteger(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return Math.trunc(value)
  if (typeof value !== 'string') throw unexpectedError()
  return /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : null
}

/** A text column of the database: null and too long are refused by it, not by the API, hence a 500. */
export function toColumn(value: unknown, maxLength: number): string {
  if (value === null || value === undefined) throw unexpectedError()
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  // PostgreSQL counts characters, not UTF-16 units.
  if ([...text].length > maxLength) throw unexpectedError()
  return text
}

/** The one key of an action's body and its value. Emptiness and surplus are faults; other shapes break the server. */
export function onlyEntry(body: unknown, malformed: string): [key: string, value: unknown] {
  if (Array.isArray(body) && body.length === 0) throw badRequest(malformed)
  if (!isObject(body)) throw unexpectedError()
  const [entry, ...others] = Object.entries(body)
  if (!entry || others.length > 0) throw badRequest(malformed)
  return entry
}
