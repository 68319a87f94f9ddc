/** Rows by id, and by owner so that a tenant's lists cost nothing when there are many tenants. */
export class Table<Row extends { id: number; ownerId: string | null }> {
  readonly #rows = new Map<number, Row>()
  readonly #byOwner = new Map<string | null, Row[]>()
  #nextId: number

  constructor(firstId: number) {
    this.#nextId = firstId
  }

  /** Ids of all tenants come from one sequence. */
  newId(): number {
    return this.#nextId++
  }

  skipTo(id: number): void {
    this.#nextId = Math.max(this.#nextId, id)
  }

  add(row: Row): Row {
    this.skipTo(row.id + 1)
    this.#rows.set(row.id, row)
    const owned = this.#byOwner.get(row.ownerId)
    if (owned) owned.push(row)
    else this.#byOwner.set(row.ownerId, [row])
    return row
  }

  /** To another owner. */
  give(row: Row, ownerId: string): void {
    this.#byOwner.set(
      row.ownerId,
      this.ownedBy(row.ownerId).filter((other) => other !== row),
    )
    row.ownerId = ownerId
    this.#byOwner.set(ownerId, [...this.ownedBy(ownerId), row])
  }

  /** Everybody's, deleted ones included. */
  all(): Iterable<Row> {
    return this.#rows.values()
  }

  get(id: number): Row | undefined {
    return this.#rows.get(id)
  }

  /** In the order of their making, or of their coming to that owner; deleted ones included. */
  ownedBy(ownerId: string | null): readonly Row[] {
    return this.#byOwner.get(ownerId) ?? []
  }
}
