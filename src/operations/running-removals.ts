import type { Nic } from '../cloud/model.ts'

/** A job that has not ended by then never will: a failed one leaves no trace (Cyclades REST 5.3). */
const FORGET_AFTER_MS = 10 * 60_000

/** The same of a removal that was sent and not answered, so that nobody knows whether there is a job at all. */
const FORGET_UNKNOWN_AFTER_MS = 60_000

/** A removal that the cloud has taken, or may have. */
export interface SentRemoval {
  readonly nic: Nic
  /** A digest of the token that it was sent with. */
  readonly caller: string
  /** The server's nics when it was sent. */
  readonly before: readonly Nic[]
  /** A nic was being built then, which may show before this removal is over. */
  readonly wasBuilding: boolean
}

interface Entry extends SentRemoval {
  /** Keys by the ids that the cloud had for them when it was sent. */
  readonly names: ReadonlyMap<string, string>
  /** Keys of the nics that were there, but for those whose removal was running already. */
  readonly known: ReadonlySet<string>
  /** When the cloud had answered, or had not; null: it is still to answer. */
  answeredAt: number | null
  /** It is waited for until then, at the latest. */
  until: number
  /** By `performance.now()`, as the next two. */
  readonly sentAt: number
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
      names: new Map(before.map(({ id, key }) => [id, key])),
      known: new Set(before.map(({ key }) => key).filter((key) => !going.has(key))),
      answeredAt: null,
      until: Date.now() + FORGET_AFTER_MS,
      sentAt: performance.now(),
      shownAt: performance.now(),
      overAt: null,
      isGivenUp: false,
    }
    const entries = this.#byServer.get(nic.serverId) ?? []
    this.#byServer.set(nic.serverId, entries)
    entries.push(entry)
    return {
      accepted: () => {
        entry.answeredAt = Date.now()
      },
      refused: () => {
        entries.splice(entries.indexOf(entry), 1)
      },
      unknown: () => {
        entry.answeredAt = Date.now()
        entry.until = entry.answeredAt + FORGET_UNKNOWN_AFTER_MS
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
   * A later job of that server has been seen to end. Its jobs run one after another, so removals accepted before `at` are
   * over: those whose nics still show have failed.
   */
  ended(serverId: string, at: number): void {
    for (const entry of this.#running(serverId)) {
      if (entry.answeredAt !== null && entry.answeredAt < at) entry.overAt = performance.now()
    }
  }

  /**
   * Until when, at the latest, one of our own removals may still be running there, by what a look shows that began at `lookedAt`;
   * null: none is. An earlier attempt at what the same caller wants, and has waited for, does not count: the cloud refuses it if
   * it still runs.
   */
  runningUntil(serverId: string, nics: readonly Nic[], lookedAt: number, wanted?: Wanted): number | null {
    const now = Date.now()
    const shown = new Set(nics.map(({ key }) => key))
    for (const entry of this.#running(serverId)) {
      if (!shown.has(entry.nic.key) || isPassed(entry, nics, shown) || entry.until < now)
        entry.overAt = performance.now()
      else entry.shownAt = Math.max(entry.shownAt, lookedAt)
    }
    return this.until(serverId, wanted)
  }

  /** The same by what was seen last. */
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

/** One removal, until the cloud has answered. */
export interface Sending {
  accepted(): void
  /** Nothing was done. */
  refused(): void
  /** There was no answer. */
  unknown(): void
}

/**
 * Whether a later job has ended, so that this one is over, though its nic still shows: jobs of a server run one after another. A
 * nic has come that was neither there nor being built, or another one has gone.
 */
function isPassed(
  { before, known, nic, wasBuilding }: Entry,
  nics: readonly Nic[],
  shown: ReadonlySet<string>,
): boolean {
  const wasThere = new Set(before.map(({ key }) => key))
  if (!wasBuilding && nics.some(({ key }) => !wasThere.has(key))) return true
  return [...known].some((key) => key !== nic.key && !shown.has(key))
}
