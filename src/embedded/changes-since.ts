/** Polling with `?changes-since=` (Cyclades REST 4). */
import type { Call } from './call.ts'
import { badRequest, unexpectedError } from './faults.ts'
import { type Microseconds, parseTime } from './times.ts'

const POLL_LIMIT_US = 3600 * 1_000_000

/** Null when not asked for; an empty value counts as absent. */
export function changesSince({ db, query }: Call): Microseconds | null {
  const text = query.get('changes-since')
  if (!text) return null
  if (isBeyondInteger(text)) throw unexpectedError()
  const since = parseTime(text)
  if (since === null) throw badRequest('Invalid changes-since parameter.')
  const now = db.now()
  if (since > now) throw badRequest('changes-since value set in the future.')
  if (now - since > POLL_LIMIT_US) throw badRequest('Too old changes-since value.')
  return since
}

/**
 * A number that dateutil hands on as a year and that is no C integer: the OverflowError is caught by nobody (Synnefo 0.14.10,
 * snf_django/lib/api/utils.py). Numbers of 12 and 14 digits are dates to it, with a clock.
 */
const isBeyondInteger = (text: string): boolean =>
  /^\d+$/.test(text) && ![12, 14].includes(text.length) && Number(text) > 2 ** 31 - 1

/** Without a bound: all but deleted rows. With one: what changed at that very moment or later, deleted ones too. */
export const listed = <Row extends { status: string; updated: Microseconds }>(
  rows: readonly Row[],
  since: Microseconds | null,
): Row[] => rows.filter((row) => (since === null ? row.status !== 'DELETED' : row.updated >= since))
