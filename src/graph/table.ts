import type { Server } from '../cloud/model.ts'
import { Answers } from './answers.ts'
import { NicIndex } from './nic-index.ts'

/** All things of one kind at one moment, by id. It never changes, so that requests can share it and what is made of it. */
export class Table<Thing extends { readonly id: string }> {
  readonly list: readonly Thing[]
  #byId: ReadonlyMap<string, Thing> | undefined
  #answers: Answers | undefined
  #timesGiven = 0

  /** The list comes by id; so does the map, where it is there already. */
  constructor(list: readonly Thing[], byId?: ReadonlyMap<string, Thing>) {
    this.list = list
    this.#byId = byId
  }

  /** To a request. */
  given(): void {
    this.#timesGiven++
  }

  /** Whether a second request was given it, so that a third may be. */
  get isShared(): boolean {
    return this.#timesGiven > 1
  }

  get byId(): ReadonlyMap<string, Thing> {
    this.#byId ??= new Map(this.list.map((thing) => [thing.id, thing]))
    return this.#byId
  }

  /** What was answered from this table, for as long as it is the newest. */
  get answers(): Answers {
    this.#answers ??= new Answers()
    return this.#answers
  }
}

export class ServerTable extends Table<Server> {
  #nics: NicIndex | undefined
  #nicCount: number | undefined

  get nicCount(): number {
    this.#nicCount ??= this.list.reduce((count, { nics }) => count + nics.length, 0)
    return this.#nicCount
  }

  get nics(): NicIndex {
    this.#nics ??= new NicIndex(this.list)
    return this.#nics
  }
}
