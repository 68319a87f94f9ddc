/**
 * How long the lists of one answer are together. That is only known while they are made: no document tells how many nics
 * hang on a network.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import { GraphQLError, type GraphQLFieldResolver } from 'graphql'
import type { SchemaContext } from './context.ts'

const NAME = 'rows'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [NAME]: RowsPlugin<Types>
    }
  }
}

/** Counts the rows of one execution, and ends it when there are too many. */
export class RowCount {
  readonly #most: number
  #weight = 1
  #rows = 0
  /** Set when there were too many. */
  refusal: GraphQLError | null = null

  constructor(most: number) {
    this.#most = most
  }

  /** To be called before an execution; a row counts as so many. */
  begin(weight = this.#weight): void {
    this.#weight = weight
    this.#rows = 0
    this.refusal = null
  }

  /** Throws when these are too many. */
  add(rows: number): void {
    this.#rows += rows * this.#weight
    if (this.#rows <= this.#most) return
    this.refusal ??= new GraphQLError(
      `The answer has more than ${Math.floor(this.#most / this.#weight)} rows, in all its lists together (MAX_ROWS).`,
      { extensions: { code: 'QUERY_TOO_COSTLY' } },
    )
    throw this.refusal
  }
}

/** Lets every field that is a list of things count what it answers, whichever executor asks. */
class RowsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { type }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (type.kind !== 'List' || type.type.kind === 'Scalar' || type.type.kind === 'Enum') return resolve
    // As many parameters as before: a plan makes the fourth only for those that take it.
    if (resolve.length === 0 || resolve.length > 3) {
      return (source, args, context, info) =>
        counted(resolve(source, args, context, info), (context as SchemaContext).rows)
    }
    const withoutInfo = resolve as unknown as (source: unknown, args: object, context: Types['Context']) => unknown
    return (source, args, context) => counted(withoutInfo(source, args, context), (context as SchemaContext).rows)
  }
}

function counted(value: unknown, rows: RowCount): unknown {
  if (value instanceof Promise) return value.then((there) => counted(there, rows))
  if (Array.isArray(value)) rows.add(value.length)
  return value
}

SchemaBuilder.registerPlugin(NAME, RowsPlugin)

export default NAME
