/** Of one table; what is more is not kept. */
const MOST_BYTES = 4 * 2 ** 20

interface Answer {
  /** The tables that it was made of. */
  readonly madeOf: readonly object[]
  readonly bytes: Uint8Array
}

/**
 * Answers to requests, written out, that follow from whole tables alone: the same request over the same tables has the same
 * one. They live with a table, so that nobody else's and no older one can be found.
 */
export class Answers {
  readonly #byRequest = new Map<string, Answer>()
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** Null: not there, or made of other tables too. `request` is all of it that its answer depends on. */
  find(request: string, madeOf: readonly object[]): Uint8Array | null {
    const answer = this.#byRequest.get(request)
    if (!answer || answer.madeOf.length !== madeOf.length) return null
    return answer.madeOf.every((table) => madeOf.includes(table)) ? answer.bytes : null
  }

  keep(request: string, answer: Answer): void {
    const before = this.#byRequest.get(request)?.bytes.byteLength
    const bytes = this.#bytes + answer.bytes.byteLength - (before ?? -request.length)
    if (bytes > MOST_BYTES) return
    this.#byRequest.set(request, answer)
    this.#bytes = bytes
  }
}
