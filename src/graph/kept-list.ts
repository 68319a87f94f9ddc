import { isDeepStrictEqual } from 'node:util'
import type { Batch, Caller, Cloud, Delta, Watcher } from '../cloud/cloud.ts'
import { compareIds } from '../cloud/model.ts'
import { Flights, OneFlight } from './flight.ts'
import { ReadAhead } from './read-ahead.ts'
import type { Table } from './table.ts'
import { wholeReadDueAt } from './whole-reads.ts'

interface Kept<Kind> {
  readonly table: Kind
  /** For asking what has changed since. */
  readonly mark: string
  /** When it must be read whole again, by `performance.now()`. */
  readonly dueAt: number
}

export interface Keeping {
  /** False: the list is read whole each time. */
  readonly isKept: boolean
  /** It is read whole so often, unless that takes too long. */
  readonly wholeEveryMs: number
  /** False: it is kept once it has been asked for, but there is no room to read it before. */
  readonly mayReadAhead: boolean
  /** Called when the cloud has been asked for it, and what is kept may have changed. */
  looked(): void
}

export interface ListSource<Thing extends { readonly id: string }, Kind extends Table<Thing>> extends Keeping {
  since(cloud: Cloud, mark: string | null): Promise<Delta<Thing>>
  byIds(cloud: Cloud, ids: readonly string[]): Promise<Batch<Thing>>
  makeTable(list: readonly Thing[], byId?: ReadonlyMap<string, Thing>): Kind
}

/** Makes the caller's cloud, for reads that end when the signal fires. */
type Open = (signal: AbortSignal) => Cloud

/**
 * One caller's list of one kind, and single things of it. Requests that need the same at the same time share one read; and
 * where the list is kept from one request to the next, that read asks the cloud only for what has changed since, so that nobody
 * is ever shown less than the cloud knew when they asked. While nothing changes, the table stays the very same.
 */
export class KeptList<Thing extends { readonly id: string }, Kind extends Table<Thing>> {
  readonly #source: ListSource<Thing, Kind>
  #kept: Kept<Kind> | null = null
  readonly #flight = new OneFlight<Kind>()
  readonly #batches = new Flights<Batch<Thing>>()
  readonly #ahead: ReadAhead
  /** The read of the list that was begun with nobody waiting for it, for as long as it may be joined. */
  #readingAhead: Promise<unknown> | null = null

  constructor(source: ListSource<Thing, Kind>) {
    this.#source = source
    this.#ahead = new ReadAhead(source.isKept && source.mayReadAhead)
  }

  /** Whether one small call brings it, or one that others wait for already. */
  get isNear(): boolean {
    return (this.#flight.isUnderWay && !this.#readingAhead) || (this.#kept !== null && !isDue(this.#kept))
  }

  get table(): Kind | null {
    return this.#kept?.table ?? null
  }

  read(open: Open, asking: Omit<Caller, 'token'>): Promise<Kind> {
    return this.#flight.join((givenUp) => this.#look(open(givenUp), asking.watcher), asking)
  }

  /** With a call each. */
  byIds(ids: readonly string[], open: Open, asking: Omit<Caller, 'token'>): Promise<Batch<Thing>> {
    const read = (givenUp: AbortSignal) => {
      const batch = this.#source.byIds(open(givenUp), ids)
      if (this.#ahead.missed(ids.length)) this.#readAhead(open, asking)
      return batch
    }
    return this.#batches.join(ids.join(), read, asking)
  }

  /** After a write: whoever asks from now on does not join a read that began before it ended. */
  part(): void {
    this.#flight.part()
    this.#batches.part()
    this.#readingAhead = null
  }

  #readAhead(open: Open, { watcher }: Pick<Caller, 'watcher'>): void {
    if (this.#flight.isUnderWay) return
    const reading: Promise<unknown> = this.read(open, { watcher })
      // Whoever needs it is told what is wrong then.
      .catch(() => this.#ahead.failed())
      .finally(() => {
        if (this.#readingAhead === reading) this.#readingAhead = null
      })
    this.#readingAhead = reading
  }

  async #look(cloud: Cloud, watcher: Watcher | undefined): Promise<Kind> {
    const before = this.#kept && !isDue(this.#kept) ? this.#kept : null
    if (before) watcher?.kept()
    const begunAt = performance.now()
    const delta = await this.#source.since(cloud, before?.mark ?? null)
    const table = before ? this.#applied(before.table, delta) : this.#source.makeTable(delta.things)
    const isWhole = !before || delta.whole
    const { isKept, wholeEveryMs } = this.#source
    const dueAt = isWhole ? wholeReadDueAt(begunAt, performance.now() - begunAt, wholeEveryMs) : before.dueAt
    // Of two looks that end in the wrong order either may stay: each has the mark that goes with its table.
    if (isKept) this.#kept = delta.mark === null ? null : { table, mark: delta.mark, dueAt }
    if (isWhole) this.#ahead.read({ rows: table.list.length, isKept: this.#kept !== null })
    this.#source.looked()
    return table
  }

  #applied(before: Kind, { whole, things, gone }: Delta<Thing>): Kind {
    if (whole) return this.#source.makeTable(things)
    const isNew = (thing: Thing) => !isSame(before.byId.get(thing.id), thing)
    const changed = things.filter(isNew)
    const left = gone.filter((id) => before.byId.has(id))
    if (changed.length === 0 && left.length === 0) return before
    const byId = new Map(before.byId)
    for (const id of left) byId.delete(id)
    for (const thing of changed) byId.set(thing.id, thing)
    return this.#source.makeTable(
      [...byId.values()].sort((a, b) => compareIds(a.id, b.id)),
      byId,
    )
  }
}

function isDue({ dueAt }: Kept<unknown>): boolean {
  return performance.now() >= dueAt
}

/** The cloud tells again what changed a while ago. A network's nics are a getter, which the comparison does not see. */
function isSame<Thing extends object>(before: Thing | undefined, now: Thing): boolean {
  const nicsOf = (thing: Thing) => ('nicRefs' in thing ? thing.nicRefs : null)
  return before !== undefined && isDeepStrictEqual(before, now) && isDeepStrictEqual(nicsOf(before), nicsOf(now))
}
