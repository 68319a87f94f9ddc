/** So little of its time the cloud spends on reading all once more, however long that takes. */
const SHARE = 1 / 20

/**
 * When a list must be read whole again, by a read of it that began at `begunAt` and took `tookMs`. What the cloud's own marks miss
 * is seen by then: of what has left the caller's view, such as a server that was given to another user, no row tells
 * (Cyclades REST 11.3), nor of every change of an administrator's.
 */
export function wholeReadDueAt(begunAt: number, tookMs: number, everyMs: number): number {
  return begunAt + Math.max(everyMs, tookMs / SHARE)
}
