/** Where the toy schema's resolvers leave word of their calls, and where their promises wait. */
export interface Desk {
  root: unknown
  readonly calls: string[]
  /** What `make` gives or throws, in its turn. */
  later(rank: number, make: () => unknown): Promise<unknown>
}

/** It may be that nobody listens, which is then the executor's right. */
function unheeded(promise: Promise<unknown>): Promise<unknown> {
  promise.catch(() => undefined)
  return promise
}

/** Its promises have come to something already: what of it is seen first is up to the executor. */
export class PromptDesk implements Desk {
  root: unknown
  readonly calls: string[] = []

  later(_rank: number, make: () => unknown): Promise<unknown> {
    return unheeded(new Promise((resolve) => resolve(make())))
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** One promise after the other, with all its consequences: what happens first does not hang on the executor. */
export class PatientDesk implements Desk {
  root: unknown
  readonly calls: string[] = []
  readonly #waiting: { readonly rank: number; readonly settle: () => void }[] = []

  later(rank: number, make: () => unknown): Promise<unknown> {
    return unheeded(
      new Promise((resolve, reject) => {
        const settle = () => {
          try {
            resolve(make())
          } catch (error) {
            reject(error)
          }
        }
        this.#waiting.push({ rank, settle })
      }),
    )
  }

  /** Settles the promises that there are and those that these lead to, the lowest rank first. */
  async work(): Promise<void> {
    for (;;) {
      await nextTurn()
      if (this.#waiting.length === 0) return
      const ranks = this.#waiting.map(({ rank }) => rank)
      const [next] = this.#waiting.splice(ranks.indexOf(Math.min(...ranks)), 1)
      next?.settle()
    }
  }
}
