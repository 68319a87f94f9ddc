import { setImmediate as nextTurn } from 'node:timers/promises'

/** So many rows take a few milliseconds to be looked at. */
const MANY_ROWS = 3000

/**
 * Lets other requests have their turn before work on so many rows goes on: null where there is no need. What takes long is
 * done in parts with this in between: reading a list, executing a query, writing the answer.
 */
export function breath(rows: number): Promise<unknown> | null {
  return rows < MANY_ROWS ? null : nextTurn()
}
