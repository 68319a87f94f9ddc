import DataLoader from 'dataloader'
import type { Batch } from '../cloud/cloud.ts'
import { compareIds } from '../cloud/model.ts'
import { andThen, type MaybePromise } from './maybe.ts'
import type { Table } from './table.ts'

interface Source<Thing, Kind> {
  readAll(): Promise<Kind>
  readByIds(ids: readonly string[]): Promise<Batch<Thing>>
  /** Whether the whole list costs less than one thing of it. */
  isNear(): boolean
  /** For more of them than this at once the whole list costs less. */
  readonly mostSingleReads: number
  makeTable(list: readonly Thing[], byId: ReadonlyMap<string, Thing>): Kind
}

/**
 * The things of one kind that one request knows: read whole at most once, or a few by id. Once the whole list is
 * on its way or there, ids are looked up in it. What is there is answered synchronously.
 */
export class Collection<Thing extends { readonly id: string }, Kind extends Table<Thing> = Table<Thing>> {
  readonly #source: Source<Thing, Kind>
  readonly #loader: DataLoader<string, Thing | null>
  #held = new Map<string, Thing | null>()
  #table: Kind | undefined
  #reading: Promise<Kind> | undefined

  constructor(source: Source<Thing, Kind>) {
    this.#source = source
    this.#loader = new DataLoader<string, Thing | null>((ids) => this.#readMany(ids))
  }

  /** Starts reading the whole list, if nobody has yet. A failure is told to those who ask for it. */
  start(): void {
    if (this.#reading) return
    const reading = this.#source.readAll().then((table) => {
      if (this.#reading === reading) this.#table = table
      table.given()
      return table
    })
    reading.catch(() => {})
    this.#reading = reading
  }

  /** What was read whole; null: not read, or not there yet. */
  get table(): Kind | null {
    return this.#table ?? null
  }

  all(): MaybePromise<Kind> {
    if (this.#table) return this.#table
    this.start()
    return this.#reading as Promise<Kind> // set by start() unless the table is there
  }

  /** When the whole list is there, or has failed; null: it is there. */
  settled(): Promise<unknown> | null {
    if (this.#table) return null
    this.start()
    return (this.#reading as Promise<Kind>).catch(() => {}) // set by start()
  }

  /** Whether the whole list is there, on its way or held for this caller, so that it costs less than one thing of it. */
  get isNear(): boolean {
    return this.#reading !== undefined || this.#source.isNear()
  }

  /** Null when there is none. Rejects when it could not be read. */
  one(id: string): MaybePromise<Thing | null> {
    const held = this.#held.get(id)
    if (held !== undefined) return held
    if (this.#table) return this.#table.byId.get(id) ?? null
    if (this.isNear) this.start()
    return this.#loader.load(id)
  }

  /** In the order asked for, without those that are not there. */
  several(ids: readonly string[]): MaybePromise<readonly Thing[]> {
    const answers = ids.map((id) => this.one(id))
    const all = answers.some((answer) => answer instanceof Promise)
      ? Promise.all(answers)
      : (answers as (Thing | null)[])
    return andThen<readonly (Thing | null)[], readonly Thing[]>(all, (things) =>
      things.filter((thing) => thing !== null),
    )
  }

  /** Drops all that the request knew but for the things given, which are fresh. */
  renew(fresh: readonly Thing[]): void {
    this.#table = undefined
    this.#reading = undefined
    this.#loader.clearAll()
    this.#held = new Map(fresh.map((thing) => [thing.id, thing]))
  }

  /** Takes these for all there are. The same ones again, as with each event of one look, cost nothing. */
  hold(all: ReadonlyMap<string, Thing>): void {
    if (this.#table?.byId === all) return
    this.renew([])
    this.#table = this.#source.makeTable(
      [...all.values()].sort((a, b) => compareIds(a.id, b.id)),
      all,
    )
    this.#reading = Promise.resolve(this.#table)
  }

  async #readMany(ids: readonly string[]): Promise<(Thing | null | Error)[]> {
    const held = this.#held
    if (ids.length > this.#source.mostSingleReads) this.start()
    if (this.#reading) {
      const { byId } = await this.#reading
      return ids.map((id) => byId.get(id) ?? null)
    }
    const things = await this.#source.readByIds(ids)
    return ids.map((id, at) => {
      const thing = things[at] ?? null
      if (!(thing instanceof Error)) held.set(id, thing)
      return thing
    })
  }
}
