import { setTimeout as sleepFor } from 'node:timers/promises'

/** A change is not kept waiting for longer by a look. */
const LONGEST_LOOK_MS = 1000

/** Nor by those before it. */
const LONGEST_TURN_MS = 3000

/**
 * The changes made with a token that somebody is subscribed with, one after the other and with a look between them, so that none
 * hides the one before from those who are subscribed.
 */
export class WriteQueue {
  readonly #lookFirst: () => Promise<void> | null
  #last: Promise<void> | null = null

  /** `lookFirst` gives the end of a look that begins now; null: none is needed. It never rejects. */
  constructor(lookFirst: () => Promise<void> | null) {
    this.#lookFirst = lookFirst
  }

  /** Sends when those before it were answered and looked at, or have taken too long, or the signal has fired. */
  async inTurn<Answer>(send: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    const before = this.#last
    const { promise: mine, resolve: leave } = Promise.withResolvers<void>()
    this.#last = mine
    try {
      if (before) await within(before, LONGEST_TURN_MS, signal)
      const look = this.#lookFirst()
      if (look) await within(look, LONGEST_LOOK_MS, signal)
      return await send()
    } finally {
      leave()
      if (this.#last === mine) this.#last = null
    }
  }
}

/** When it has ended, so long has passed, or the signal has fired. Never rejects, as the work does not. */
async function within(work: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const late = sleepFor(ms, undefined, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => {})
  await Promise.race([work, late])
  over.abort()
}
