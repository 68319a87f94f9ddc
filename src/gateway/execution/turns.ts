import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Cost } from '../../schema/cost.ts'

export interface Pace {
  /** So long one execution goes on, and so long executions are begun or gone on with in a turn of the event loop; milliseconds. */
  readonly longestTurnMs: number
  /** The first of these in steps (see Cost), however fast they are. */
  readonly mostSteps: number
  /** Steps between two looks at the clock. */
  readonly stepsALook: number
}

const PACE: Pace = { longestTurnMs: 20, mostSteps: 100_000, stepsALook: 500 }

/**
 * What all executions of the process have of a turn of the event loop. When it is used up, no other goes on in that turn, so that
 * many large answers at once keep others waiting no longer than two. It begins when somebody asks, and ends with the turn: what an
 * execution waits for takes nothing of it.
 */
export class EventLoop {
  readonly pace: Pace
  /** Of its turns that somebody asked for. */
  #count = 0
  #endsAt: number | null = null
  #over: Promise<void> | null = null

  constructor(pace: Pace = PACE) {
    this.pace = pace
  }

  /** Whether it is used up; never so for the first who asks. */
  isOver(now = performance.now()): boolean {
    if (this.#endsAt !== null) return now >= this.#endsAt
    this.#begin(now)
    return false
  }

  /** Tells one turn from another. */
  turn(now: number): number {
    if (this.#endsAt === null) this.#begin(now)
    return this.#count
  }

  /** When others have had their turn. Many may wait for that: whoever goes on asks once more whether something is left. */
  async next(): Promise<void> {
    if (this.#endsAt === null) this.#begin(performance.now())
    await this.#over
  }

  #begin(now: number): void {
    this.#count++
    this.#endsAt = now + this.pace.longestTurnMs
    this.#over = nextTurn().then(() => {
      this.#endsAt = null
    })
  }
}

/** The process's own. */
export const eventLoop = new EventLoop()

/** The turns that one execution takes. */
export class Turns {
  readonly #cost: Cost
  readonly #loop: EventLoop
  #nextLookAt: number
  /** The event loop's, in which it began to work. */
  #turn = -1
  #endsAt = 0
  #lastStep = 0
  #next: Promise<void> | null = null
  /** It has waited, and not gone on yet. */
  #hasWaited = false

  constructor(cost: Cost, loop = eventLoop) {
    this.#cost = cost
    this.#loop = loop
    this.#nextLookAt = cost.steps + loop.pace.stepsALook
  }

  /** To be asked before each value, and if it is so, `isOver`: this alone costs next to nothing. */
  get isLookDue(): boolean {
    return this.#cost.steps >= this.#nextLookAt
  }

  /** As long as it is over, whatever works on this answer waits for the next one. */
  isOver(): boolean {
    if (this.#next || (this.#hasWaited && this.isLate())) return true
    this.#hasWaited = false
    const now = performance.now()
    const { steps } = this.#cost
    const { longestTurnMs, mostSteps, stepsALook } = this.#loop.pace
    this.#nextLookAt = steps + stepsALook
    const turn = this.#loop.turn(now)
    if (turn !== this.#turn) {
      this.#turn = turn
      this.#endsAt = now + longestTurnMs
      this.#lastStep = steps + mostSteps
      return false // in each something is done
    }
    if (now < this.#endsAt && steps < this.#lastStep) return false
    this.#wait()
    return true
  }

  /** Whether others have used up this turn of the event loop: then what has been waited for is left to the next. */
  isLate(): boolean {
    if (!this.#next && !this.#loop.isOver()) return false
    this.#wait()
    return true
  }

  /** The next turn. All parts of the answer that wait for it go on in the same one. */
  async next(): Promise<void> {
    await this.#next
  }

  #wait(): void {
    this.#nextLookAt = 0 // as it stays over until then
    this.#next ??= this.#loop.next().then(() => {
      this.#next = null
      this.#hasWaited = true
    })
  }
}
