import { setImmediate as nextTurn } from 'node:timers/promises'

/** So many rows take a few milliseconds to be looked at. */
const MANY_ROWS = 3000

/** Whether so many rows, or an answer made of them, is better worked on in turns with other requests. */
export const isMany = (rows: number): boolean => rows >= MANY_ROWS

/**
 * Lets other requests have their turn before work on so many rows goes on: null where there is no need.
 */
export function breath(rows: number): Promise<unknown> | null {
  return isMany(rows) ? nextTurn() : null
}
