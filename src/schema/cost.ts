import { GraphQLError } from 'graphql'

/** What an answer may cost at most; each is a setting. */
export interface MostCost {
  /** Rows of all its lists together. */
  readonly maxRows: number
  /** Rows looked at and values made. */
  readonly maxSteps: number
}

/**
 * What an answer costs while it is made: how long its lists are together, and how much is done for it. Neither is known before, as
 * no document tells how many nics hang on a network. Over the limits it ends: `refusal` is thrown from then on.
 */
export class Cost {
  readonly #most: MostCost
  #weight = 1
  #rows = 0
  #stepsBefore = 0
  /** One for each row that something looks at, and for each value that is made: all since the request came. */
  steps = 0
  /** Set when it was too much. */
  refusal: GraphQLError | null = null

  constructor(most: MostCost) {
    this.#most = most
  }

  /** To be called before each answer; a row counts as so many. */
  begin(weight = this.#weight): void {
    this.#weight = weight
    this.#rows = 0
    this.#stepsBefore = this.steps
    this.refusal = null
  }

  /** To be told of a list in the answer before its items are made. Throws when these are too many. */
  addRows(rows: number): void {
    if (this.refusal) throw this.refusal
    this.#rows += rows * this.#weight
    const { maxRows } = this.#most
    if (this.#rows > maxRows)
      this.#refuse(`has more than ${Math.floor(maxRows / this.#weight)} rows, in all its lists together (MAX_ROWS)`)
  }

  /** To be told of whatever takes time in proportion to what is there. Throws when it is too much. */
  add(steps: number): void {
    this.steps += steps
    this.check()
  }

  /** The same of what was added to `steps` before. */
  check(): void {
    if (this.refusal) throw this.refusal
    const { maxSteps } = this.#most
    if (this.steps - this.#stepsBefore > maxSteps)
      this.#refuse(`takes more than ${maxSteps} steps, of rows looked at and values made (MAX_STEPS)`)
  }

  #refuse(what: string): never {
    this.refusal = new GraphQLError(`The answer ${what}.`, { extensions: { code: 'QUERY_TOO_COSTLY' } })
    throw this.refusal
  }
}
