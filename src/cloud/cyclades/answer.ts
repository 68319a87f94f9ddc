/** What came back over HTTP, made into values and faults. */
import type { TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'
import { CloudUnavailableError, type Fault, type MutationOutcome } from '../errors.ts'
import type { RawAnswer } from '../http/answer.ts'

/** A shape of `wire.ts`, compiled. */
export type Shaped<Schema extends TSchema, Shape> = Validator<Record<never, never>, Schema, Shape>

/**
 * A text as a value of that shape. Throws CloudUnavailableError that says what is wrong with it, and where; of a part of a
 * list, whose rows are told by their place in the whole, `rowsBefore` are not in it.
 */
export function parsed<Schema extends TSchema, Shape>(
  text: string,
  shape: Shaped<Schema, Shape>,
  outcome: MutationOutcome,
  rowsBefore = 0,
): Shape {
  const value = jsonOf(text)
  if (shape.Check(value)) return value
  const [first] = shape.Errors(value)
  const where = first?.instancePath.replace(/\d+/, (row) => String(Number(row) + rowsBefore)) || 'the answer'
  throw makesNoSense(
    value === undefined ? 'no JSON' : `${where} ${first?.message ?? 'is not as it should be'}`,
    outcome,
  )
}

export function makesNoSense(why: string, outcome: MutationOutcome): CloudUnavailableError {
  return new CloudUnavailableError(`The cloud sent an answer that makes no sense: ${why}.`, outcome)
}

/** Undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Cyclades wraps a fault in one key, its name; anything else (a proxy's page, nothing) has none. */
export function faultOf({ status, parts: [text] }: RawAnswer, token: string): Fault {
  const none = { status, name: null, message: null, details: null }
  const body = jsonOf(text)
  if (body === null || typeof body !== 'object') return none
  const [entry, ...others] = Object.entries(body)
  if (entry === undefined || others.length > 0) return none
  const [name, fault] = entry
  if (fault === null || typeof fault !== 'object') return none
  const { message, details } = fault as Record<string, unknown>
  return { status, name, message: fitToPass(message, token), details: fitToPass(details, token) }
}

/**
 * What of the cloud's words may get out. With debugging on, Synnefo puts a stack into `details` (Cyclades REST 2.1), and
 * whoever checks a token may repeat it.
 */
function fitToPass(value: unknown, token: string): string | null {
  if (typeof value !== 'string' || value === '' || /^Traceback \(most recent call last\)/m.test(value)) return null
  return value.replaceAll(token, '[token]')
}
