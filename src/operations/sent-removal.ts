import type { Nic, NicsNow } from '../cloud/model.ts'

/** A job that has not ended by then never will: a failed one leaves no trace (Cyclades REST 5.3). */
export const FORGET_AFTER_MS = 10 * 60_000

/** The same of a removal that was sent and not answered, so that nobody knows whether there is a job at all. */
const FORGET_UNKNOWN_AFTER_MS = 60_000

/** The nics of a server, as they were at a look that began at `lookedAt`, by `performance.now()`. */
export interface Standing extends NicsNow {
  readonly lookedAt: number
}

/** What a look shows of a server's nics; `building` is null where it does not show them. */
export type Seen = Pick<Standing, 'nics' | 'lookedAt'> & { readonly building: NicsNow['building'] | null }

/** What is sent: which nic, by whom (a digest of the token), and the server's nics at the look before. */
export interface Removal {
  readonly nic: Nic
  readonly caller: string
  readonly before: Standing
}

/**
 * A removal that the cloud has taken, or may have: what is known of its job, which nobody reports the end of. The jobs of a server
 * run one after another in the order of their acceptance, so the end of a later one tells that it is over.
 */
export class SentRemoval implements Removal {
  readonly nic: Nic
  readonly caller: string
  readonly before: Standing
  /** By `performance.now()`, as the next three. */
  readonly sentAt = performance.now()
  /** When the cloud had answered, or had not; null: it is still to answer. */
  answeredAt: number | null = null
  /** A look that began then still showed the nic. */
  shownAt = this.sentAt
  /** A look that ended then showed it no more, or that it is over without having removed the nic; null: nobody has seen that. */
  overAt: number | null = null
  /** It is waited for until then, at the latest. */
  until = Date.now() + FORGET_AFTER_MS
  /** Who has sent it waits for its end no longer, having waited, or was not told that the cloud has taken it. */
  isGivenUp = false
  /**
   * Nothing else was seen to happen to the server's nics, and nothing else was under way: so the cloud still refuses another removal
   * as long as this one runs. The end of any other job takes its mark away (Cyclades REST 6.2).
   */
  isAlone: boolean
  /** Keys by the ids that the cloud had for them when it was sent. */
  readonly #names: ReadonlyMap<string, string>
  /** Keys of the nics that were there, but for those whose removal was running already. */
  readonly #known: ReadonlySet<string>
  /** So many nics may come while it still runs: their connects may have been accepted before it. */
  #mayCome = Number.POSITIVE_INFINITY
  /** A look that began after it was accepted has shown nothing being built: what is built from now on comes after it. */
  #isSettled = false

  /** `going`: keys of the nics whose removal is running already. */
  constructor({ nic, caller, before }: Removal, going: ReadonlySet<string>, isAlone: boolean) {
    this.nic = nic
    this.caller = caller
    this.before = before
    this.isAlone = isAlone && before.building.length === 0
    this.#names = new Map(before.nics.map(({ id, key }) => [id, key]))
    this.#known = new Set(before.nics.map(({ key }) => key).filter((key) => !going.has(key)))
  }

  keyOf(nicId: string): string | undefined {
    return this.#names.get(nicId)
  }

  /** It has a job. `connects`: those to the server that may have been accepted before it, and show in no look before. */
  accepted(connects: number): void {
    this.answeredAt = performance.now()
    this.#mayCome = this.before.building.length + connects
    if (connects > 0) this.isAlone = false
  }

  /** Nobody knows whether it has one. */
  unknown(connects: number): void {
    this.accepted(connects)
    this.until = Date.now() + FORGET_UNKNOWN_AFTER_MS
    this.isGivenUp = true
  }

  seen({ nics, building, lookedAt }: Seen): void {
    const shown = new Set(nics.map(({ key }) => key))
    if (building) this.#settle(shown, building.length, lookedAt)
    if (building?.length || !isSame(nics, this.before.nics)) this.isAlone = false
    if (!shown.has(this.nic.key) || this.#isPassed(shown) || this.until < Date.now()) this.over()
    else this.shownAt = Math.max(this.shownAt, lookedAt)
  }

  over(): void {
    this.overAt ??= performance.now()
  }

  /**
   * Whether a later job has ended, so that this one is over, though its nic still shows. More nics have come than those whose
   * connects may have been accepted before it; or two others have gone, or one and the index that this one names with it. One alone
   * may be that of another program, accepted in the same moment, whose job comes first (Cyclades REST 11.1).
   */
  #isPassed(shown: ReadonlySet<string>): boolean {
    if (this.#newOf(shown) > this.#mayCome) return true
    const gone = [...this.#known].filter((key) => key !== this.nic.key && !shown.has(key))
    return gone.length > 1 || (gone.length === 1 && this.nic.index >= shown.size)
  }

  #newOf(shown: ReadonlySet<string>): number {
    const old = new Set(this.before.nics.map(({ key }) => key))
    return [...shown].filter((key) => !old.has(key)).length
  }

  /** Another program's connect may have been accepted between the look before the removal and the removal. */
  #settle(shown: ReadonlySet<string>, building: number, lookedAt: number): void {
    if (this.#isSettled || this.answeredAt === null || lookedAt < this.answeredAt) return
    if (building === 0) this.#isSettled = true
    else this.#mayCome = Math.max(this.#mayCome, this.#newOf(shown) + building)
  }
}

const isSame = (nics: readonly Nic[], others: readonly Nic[]): boolean =>
  nics.length === others.length &&
  nics.every((nic, at) => nic.key === others[at]?.key && nic.firewallProfile === others[at]?.firewallProfile)
