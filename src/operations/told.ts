/** By then nobody waits for that answer any more. */
const FORGET_AFTER_MS = 10 * 60_000

/**
 * New things that an answer of this process has told as its own, so that no other takes the same one for its own: the cloud
 * does not say which nic a connect has made. Nor does it, when its answer is lost, say which network it made: one that another
 * answer has told is no candidate.
 */
export class Told {
  readonly #ids = new Map<string, number>()

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** False when another answer has told it before. */
  claim(id: string): boolean {
    if (this.#ids.has(id)) return false
    const now = Date.now()
    for (const [old, at] of this.#ids) {
      if (now - at <= FORGET_AFTER_MS) break // in the order of claiming
      this.#ids.delete(old)
    }
    this.#ids.set(id, now)
    return true
  }
}
