import type { GraphQLError } from 'graphql'
import type { Path } from './info.ts'

/** The errors of one execution. */
export class FieldErrors {
  readonly all: GraphQLError[] = []
  /** Where an error made null; undefined: of everything. */
  readonly #nulled = new Set<Path | undefined>()

  /** `path` is of what becomes null by it. An error from below a place that is null already is not told again. */
  add(error: GraphQLError, path: Path | undefined): void {
    if (this.#nulled.size > 0) {
      if (this.#nulled.has(undefined)) return
      for (let at = path; at !== undefined; at = at.prev) if (this.#nulled.has(at)) return
    }
    this.#nulled.add(path)
    this.all.push(error)
  }
}
