import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Cost } from '../../schema/cost.ts'

export interface Pace {
  /** So long executions go on before others have their turn, milliseconds. */
  readonly longestTurnMs: number
  /** The same in steps (see Cost), however fast they are. */
  readonly mostSteps: number
  /** Steps between two looks at the clock. */
  readonly stepsALook: number
}

const PACE: Pace = { longestTurnMs: 20, mostSteps: 100_000, stepsALook: 500 }

/**
 * The time that executions may have of the event loop before what else is to be done has its turn, all of them together: so
 * neither an answer of many megabytes nor many that are made at once keep others waiting for longer. It begins with the first
 * look at the clock, and ends with the event loop's turn: what an execution waits for takes nothing of it.
 */
export class EventLoop {
  readonly pace: Pace
  #ends: { readonly at: number; stepsLeft: number } | null = null
  readonly #waiting: (() => void)[] = []

  constructor(pace: Pace = PACE) {
    this.pace = pace
  }

  /** Whether others shall have their turn now, after so many steps more. */
  isDue(steps: number): boolean {
    const now = performance.now()
    this.#ends ??= this.#begin(now)
    this.#ends.stepsLeft -= steps
    return now >= this.#ends.at || this.#ends.stepsLeft <= 0
  }

  /** When others have had theirs. Of several that wait one goes on at a time, in the order of their coming. */
  others(): Promise<void> {
    const now = performance.now()
    this.#ends ??= this.#begin(now)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    return promise
  }

  #begin(now: number) {
    void nextTurn().then(() => this.#turn())
    return { at: now + this.pace.longestTurnMs, stepsLeft: this.pace.mostSteps }
  }

  #turn(): void {
    this.#ends = null
    const goOn = this.#waiting.shift()
    if (this.#waiting.length > 0) this.#ends = this.#begin(performance.now())
    goOn?.()
  }
}

/** The process's own. */
export const eventLoop = new EventLoop()

/** The turns that one execution takes. */
export class Turns {
  readonly #cost: Cost
  readonly #loop: EventLoop
  #lookedAt: number
  #nextLookAt: number
  #others: Promise<void> | null = null

  constructor(cost: Cost, loop = eventLoop) {
    this.#cost = cost
    this.#loop = loop
    this.#lookedAt = cost.steps
    this.#nextLookAt = cost.steps + loop.pace.stepsALook
  }

  /** To be asked before each value: once it is over, whatever works on this answer waits for the next one. */
  isOver(): boolean {
    if (this.#others) return true
    const { steps } = this.#cost
    if (steps < this.#nextLookAt) return false
    const isDue = this.#loop.isDue(steps - this.#lookedAt)
    this.#lookedAt = steps
    this.#nextLookAt = steps + this.#loop.pace.stepsALook
    if (!isDue) return false
    this.#others = this.#loop.others().then(() => {
      this.#others = null
    })
    return true
  }

  /** When others have had theirs: to be awaited as soon as `isOver`. All that wait for it go on in the same turn. */
  async next(): Promise<void> {
    await this.#others
  }
}
