/** Of one table; what is more is not kept. */
const MOST_BYTES = 4 * 2 ** 20

interface Answer {
  /** The tables that it was made of. */
  readonly madeOf: readonly object[]
  readonly bytes: Uint8Array
}

/**
 * Answers of queries, written out, that follow from whole tables alone: the same query of the same tables has the same one.
 * They live with a table, so that nobody else's and no older one can be found.
 */
export class Answers {
  readonly #byQuery = new Map<object, Map<string, Answer>>()
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** `query` is whatever stands for one. Null: not there, or made of other tables too. */
  find(query: object, variables: string, madeOf: readonly object[]): Uint8Array | null {
    const answer = this.#byQuery.get(query)?.get(variables)
    if (!answer || answer.madeOf.length !== madeOf.length) return null
    return answer.madeOf.every((table) => madeOf.includes(table)) ? answer.bytes : null
  }

  keep(query: object, variables: string, answer: Answer): void {
    const byVariables = this.#byQuery.get(query) ?? new Map<string, Answer>()
    const before = byVariables.get(variables)?.bytes.byteLength ?? 0
    const bytes = this.#bytes - before + answer.bytes.byteLength + variables.length
    if (bytes > MOST_BYTES) return
    this.#byQuery.set(query, byVariables.set(variables, answer))
    this.#bytes = bytes
  }
}
