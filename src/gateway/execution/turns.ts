import { setImmediate as nextTurn } from 'node:timers/promises'

export interface Pace {
  /** So long an execution goes on before others have their turn, milliseconds. */
  readonly longestTurnMs: number
  /** Items of lists between two looks at the clock. */
  readonly itemsALook: number
}

const PACE: Pace = { longestTurnMs: 20, itemsALook: 64 }

interface Turn {
  /** By `performance.now()`. */
  readonly ends: number
  /** When others have had theirs. */
  readonly over: Promise<void>
}

/**
 * The turns that one execution takes, so that an answer of many megabytes does not keep all other requests waiting. A turn
 * begins at the first look at the clock, and ends with the event loop's: what an execution waits for takes nothing of it.
 */
export class Turns {
  readonly #pace: Pace
  #items = 0
  #turn: Turn | null = null

  constructor(pace: Pace = PACE) {
    this.#pace = pace
  }

  /** To be asked at each item of a list. */
  isOver(): boolean {
    if (++this.#items < this.#pace.itemsALook) return false
    this.#items = 0
    const now = performance.now()
    this.#turn ??= this.#begin(now)
    return now >= this.#turn.ends
  }

  /** When others have had theirs: to be awaited as soon as `isOver`. All lists that wait share the new turn. */
  async next(): Promise<void> {
    await this.#turn?.over
  }

  #begin(now: number): Turn {
    const over = nextTurn().then(() => {
      this.#turn = null
    })
    return { ends: now + this.#pace.longestTurnMs, over }
  }
}
