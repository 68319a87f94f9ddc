import { setImmediate as nextTurn } from 'node:timers/promises'

/** So many rows take a few milliseconds to be looked at. */
const MANY_ROWS = 3000

/**
 * Lets other requests have their turn before work on so many rows goes on: null where there is no need.
 */
export function breath(rows: number): Promise<unknown> | null {
  return rows >= MANY_ROWS ? nextTurn() : null
}
