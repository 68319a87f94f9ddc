import { type GraphQLError, locatedError } from 'graphql'
import { type Path, pathToArray } from './info.ts'
import type { FieldPlan, ValuePlan } from './plan.ts'

const DONE = new Error('The result is made already.')

/** The errors of one execution. */
export class FieldErrors {
  readonly all: GraphQLError[] = []
  /** Where an error made null; undefined: of everything. */
  readonly #nulled = new Set<Path | undefined>()
  #isDone = false

  /** The result is made: what is still on its way, below a place that is null, is left alone. */
  end(): void {
    this.#isDone = true
  }

  /** For what goes on after a wait. Nobody is told of what it throws. */
  throwIfDone(): void {
    if (this.#isDone) throw DONE
  }

  /** Null, and told, where null is allowed; else thrown on to where it is. */
  caught(raw: unknown, plan: ValuePlan, field: FieldPlan, path: Path): null {
    if (this.#isDone) return null
    const error = locatedError(raw, field.nodes, pathToArray(path))
    if (plan.nonNull) throw error
    this.add(error, path)
    return null
  }

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
