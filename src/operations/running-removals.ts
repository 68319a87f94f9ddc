import type { Nic, NicsNow } from '../cloud/model.ts'

/** A job that has not ended by then never will: a failed one leaves no trace (Cyclades REST 5.3). */
const FORGET_AFTER_MS = 10 * 60_000

/** The same of a removal that was sent and not answered, so that nobody knows whether there is a job at all. */
const FORGET_UNKNOWN_AFTER_MS = 60_000

/** A removal that the cloud has taken, or may have. */
export interface SentRemoval {
  readonly nic: Nic
  /** A digest of the token that it was sent with. */
  readonly caller: string
  readonly before: Standing
}

/** The nics of a server, as they were at a look that began at `lookedAt`, by `performance.now()`. */
export interface Standing extends NicsNow {
  readonly lookedAt: number
}

interface Entry extends SentRemoval {
  /** Keys by the ids that the cloud had for them when it was sent. */
  readonly names: ReadonlyMap<string, string>
  /** Keys of the nics that were there, but for those whose removal was running already. */
  readonly known: ReadonlySet<string>
  /** So many nics may come while it still runs: their connects may have been accepted before it. */
  mayCome: number
  /** A look that began after it was accepted has shown nothing being built: what is built from now on comes after it. */
  isSettled: boolean
  /** It is waited for until then, at the latest. */
  until: number
  /** By `performance.now()`, as the next three. */
  readonly sentAt: number
  /** When the cloud had answered, or had not; null: it is still to answer. */
  answeredAt: number | null
  /** A look that began then still showed the nic. */
  shownAt: number
  /** A look that ended then showed it no more, or that it is over without having removed the nic; null: nobody has seen that. */
  overAt: number | null
  /** Who has sent it waits for its end no longer, having waited, or was not told that the cloud has taken it. */
  isGivenUp: boolean
}

/** A removal that somebody wants to send: what of the running ones does not stand in its way is its own earlier attempt. */
export interface Wanted {
  readonly caller: string
  readonly keys: ReadonlySet<string>
}

/**
 * Removals that this process has sent, by server, for ten minutes: which are still running, as far as anybody has seen, and what
 * the cloud called the nics before each of them moved the ids.
 */
export class RunningRemovals {
  /** In the order of sending. */
  readonly #byServer = new Map<string, Entry[]>()

  /** To be told when it is sent; the cloud's answer may come any time later. */
  sending(removal: SentRemoval): Sending {
    this.#forgetOld()
    const { before, nic } = removal
    const going = new Set(this.#running(nic.serverId).map((earlier) => earlier.nic.key))
    const entry: Entry = {
      ...removal,
      names: new Map(before.nics.map(({ id, key }) => [id, key])),
      known: new Set(before.nics.map(({ key }) => key).filter((key) => !going.has(key))),
      mayCome: Number.POSITIVE_INFINITY,
      isSettled: false,
      until: Date.now() + FORGET_AFTER_MS,
      sentAt: performance.now(),
      answeredAt: null,
      shownAt: performance.now(),
      overAt: null,
      isGivenUp: false,
    }
    const entries = this.#byServer.get(nic.serverId) ?? []
    this.#byServer.set(nic.serverId, entries)
    entries.push(entry)
    const answered = (connects: number) => {
      entry.answeredAt = performance.now()
      entry.mayCome = before.building.length + connects
    }
    return {
      accepted: answered,
      refused: () => {
        entries.splice(entries.indexOf(entry), 1)
      },
      unknown: (connects) => {
        answered(connects)
        entry.until = Date.now() + FORGET_UNKNOWN_AFTER_MS
        entry.isGivenUp = true
      },
    }
  }

  /** To be told when this caller has waited for the end of removing it in vain. */
  gaveUp(nic: Nic, caller: string): void {
    for (const entry of this.#of(nic)) if (entry.caller === caller) entry.isGivenUp = true
  }

  /** To be told when it is over without its nic having gone. */
  failed(nic: Nic): void {
    for (const entry of this.#of(nic)) entry.overAt ??= performance.now()
  }

  /**
   * A later job of that server has been seen to end. Its jobs run one after another, so removals accepted before `at`, by
   * `performance.now()`, are over: those whose nics still show have failed.
   */
  ended(serverId: string, at: number): void {
    for (const entry of this.#running(serverId)) {
      if (entry.answeredAt !== null && entry.answeredAt < at) entry.overAt = performance.now()
    }
  }

  /** To be told what a look shows: which removals are over, and which nics were still there. Null: what is built, it does not. */
  seen(serverId: string, { nics, building, lookedAt }: Seen): void {
    const now = Date.now()
    const shown = new Set(nics.map(({ key }) => key))
    for (const entry of this.#running(serverId)) {
      if (building) settle(entry, shown, building.length, lookedAt)
      if (!shown.has(entry.nic.key) || isPassed(entry, shown) || entry.until < now) entry.overAt = performance.now()
      else entry.shownAt = Math.max(entry.shownAt, lookedAt)
    }
  }

  /**
   * Until when, at the latest, one of our own removals may still be running there, by what was seen last; null: none is. An
   * earlier attempt at what the same caller wants, and has waited for, does not count: the cloud refuses it if it still runs.
   */
  until(serverId: string, wanted?: Wanted): number | null {
    const others = this.#running(serverId).filter(
      ({ nic, caller, isGivenUp }) => !(isGivenUp && wanted?.caller === caller && wanted.keys.has(nic.key)),
    )
    return others.length === 0 ? null : Math.max(...others.map(({ until }) => until))
  }

  /**
   * The key of the nic that the cloud called so at `arrivedAt`, given what it calls them by now. Undefined: it called none so.
   * `moved`: nobody knows, as a removal that ran at that time has ended since, and the id names two nics before and after.
   */
  keyAt(serverId: string, nicId: string, arrivedAt: number, nics: readonly Nic[]): string | undefined | 'moved' {
    const entries = this.#byServer.get(serverId) ?? []
    const later = entries.find(({ sentAt }) => sentAt > arrivedAt)
    if (later) return later.names.get(nicId)
    const now = nics.find(({ id }) => id === nicId)?.key
    const ranThen = entries.filter(({ overAt }) => overAt === null || overAt > arrivedAt)
    const other = ranThen.findLast(({ names }) => names.get(nicId) !== now)
    const before = other?.names.get(nicId)
    // Without an earlier meaning it came with a later connect, as ids only move down.
    if (!other || before === undefined) return now
    if (other.shownAt >= arrivedAt) return before
    const isGone = !nics.some(({ key }) => key === before)
    return isGone && now === undefined ? undefined : 'moved'
  }

  #of({ serverId, key }: Nic): Entry[] {
    return this.#running(serverId).filter(({ nic }) => nic.key === key)
  }

  #running(serverId: string): Entry[] {
    return (this.#byServer.get(serverId) ?? []).filter(({ overAt }) => overAt === null)
  }

  /** They are kept for as long as a request that came before may take. */
  #forgetOld(): void {
    const oldest = performance.now() - FORGET_AFTER_MS
    for (const [serverId, entries] of this.#byServer) {
      const kept = entries.filter(({ sentAt }) => sentAt > oldest)
      if (kept.length === 0) this.#byServer.delete(serverId)
      else if (kept.length < entries.length) entries.splice(0, entries.length, ...kept)
    }
  }
}

/** What a look shows of a server's nics; `building` is null where it does not show them. */
type Seen = Pick<Standing, 'nics' | 'lookedAt'> & { readonly building: NicsNow['building'] | null }

/** One removal, until the cloud has answered. `connects`: those to the server that may have been accepted before it. */
export interface Sending {
  accepted(connects: number): void
  /** Nothing was done. */
  refused(): void
  /** There was no answer. */
  unknown(connects: number): void
}

const newOf = ({ before }: Entry, shown: ReadonlySet<string>): number => {
  const old = new Set(before.nics.map(({ key }) => key))
  return [...shown].filter((key) => !old.has(key)).length
}

/** Another program's connect may have been accepted between the look before the removal and the removal. */
function settle(entry: Entry, shown: ReadonlySet<string>, building: number, lookedAt: number): void {
  if (entry.isSettled || entry.answeredAt === null || lookedAt < entry.answeredAt) return
  if (building === 0) entry.isSettled = true
  else entry.mayCome = Math.max(entry.mayCome, newOf(entry, shown) + building)
}

/**
 * Whether a later job has ended, so that this one is over, though its nic still shows: jobs of a server run one after another.
 * More nics have come than those whose connects may have been accepted before it, or another one has gone.
 */
function isPassed(entry: Entry, shown: ReadonlySet<string>): boolean {
  return newOf(entry, shown) > entry.mayCome || [...entry.known].some((key) => key !== entry.nic.key && !shown.has(key))
}
