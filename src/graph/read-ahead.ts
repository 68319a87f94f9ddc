/** Rows of a list that cost us what a call costs: measured, some 20 µs a server with three nics, and 0.1 ms a call. */
const ROWS_A_CALL = 5

/** What a list is taken to cost, in calls, before it has been read. */
const CALLS_A_LIST = 50

/**
 * Tells when a list is worth reading for somebody who asks for single things of it alone: when that has cost as many calls too
 * many as the list costs. So whoever asks for one thing at a time never pays for all of them, and whoever asks for many pays about
 * twice what was needed, at most, once it is known how long the list is (the ski rental problem).
 */
export class ReadAhead {
  #price: number
  #wasted = 0

  constructor(isEver: boolean) {
    this.#price = isEver ? CALLS_A_LIST : Number.POSITIVE_INFINITY
  }

  /** So many things were read with a call each, where one would have done if the list were kept. True: the list is worth it. */
  missed(things: number): boolean {
    this.#wasted += things - 1
    if (this.#wasted < this.#price) return false
    this.#wasted = 0
    return true
  }

  /** It was read whole. */
  read({ rows, isKept }: { rows: number; isKept: boolean }): void {
    this.#wasted = 0
    this.#price = isKept ? 1 + rows / ROWS_A_CALL : Number.POSITIVE_INFINITY
  }

  /** It was not to be had: it is tried again, but not as soon. */
  failed(): void {
    this.#price *= 2
  }
}
