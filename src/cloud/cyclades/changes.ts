/** Reading what has changed, by Cyclades' own clock and `changes-since` (Cyclades REST 4). */
import type { Delta } from '../cloud.ts'

/**
 * How far a look reaches back behind the time of the one before: a row's `updated` is written before its transaction
 * commits, so a change can come to light with a time that has passed already. Also makes up for the header's whole seconds,
 * and for clocks of the cloud's own machines that differ. What changed within it is told again, which costs little.
 */
const OVERLAP_MS = 60_000

/**
 * What to ask a list for: the query that a mark makes, or none to read everything. Marks are times of the cloud's, which
 * alone knows whether one is too old.
 */
export function sinceQuery(mark: string | null): string {
  return mark === null ? '' : `?changes-since=${encodeURIComponent(mark)}`
}

/**
 * The mark for the next look; null when the cloud does not tell its time. That is of the answer's end: `tookMs`, from asking
 * to there, leads back to before the rows were read.
 */
export function markOf(date: Date | null, tookMs: number): string | null {
  return date && new Date(date.getTime() - tookMs - OVERLAP_MS).toISOString()
}

/** Deleted things show in such a list, and only there. */
export function deltaOf<Thing extends { readonly id: string; readonly status: string }>(
  whole: boolean,
  things: readonly Thing[],
  mark: string | null,
): Delta<Thing> {
  const isDeleted = ({ status }: Thing) => status === 'DELETED'
  return {
    whole,
    things: things.filter((thing) => !isDeleted(thing)),
    gone: whole ? [] : things.filter(isDeleted).map(({ id }) => id),
    mark,
  }
}
