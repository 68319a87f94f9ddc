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
  /** Keys of the server's nics when it was sent. */
  readonly known: ReadonlySet<string>
  /** A nic was being built then, which may show before this removal is over. */
  readonly wasBuilding: boolean
}

interface Running extends SentRemoval {
  readonly since: number
  /** It is forgotten then, at the latest. */
  readonly until: number
  /** Who has sent it waits for its end no longer, having waited, or was not told that the cloud has taken it. */
  isGivenUp: boolean
}

/** A removal that somebody wants to send: what of the running ones does not stand in its way is its own earlier attempt. */
export interface Wanted {
  readonly caller: string
  readonly keys: ReadonlySet<string>
}

/** Removals of one process of which nobody has seen the end, by server and nic. */
export class RunningRemovals {
  readonly #byServer = new Map<string, Map<string, Running>>()

  /** To be told when the cloud has accepted the removal, or, `isSure` false, may have. */
  sent(removal: SentRemoval, isSure: boolean): void {
    const { serverId, key } = removal.nic
    const since = Date.now()
    for (const server of this.#byServer.keys()) this.#drop(server, ({ until }) => until < since)
    const until = since + (isSure ? FORGET_AFTER_MS : FORGET_UNKNOWN_AFTER_MS)
    const running = this.#byServer.get(serverId) ?? new Map<string, Running>()
    this.#byServer.set(serverId, running.set(key, { ...removal, since, until, isGivenUp: !isSure }))
  }

  /** To be told when this caller has waited for the end of removing it in vain. */
  gaveUp({ serverId, key }: Nic, caller: string): void {
    const running = this.#byServer.get(serverId)?.get(key)
    if (running?.caller === caller) running.isGivenUp = true
  }

  /** To be told when it is over without its nic having gone. */
  failed({ serverId, key }: Nic): void {
    this.#drop(serverId, ({ nic }) => nic.key === key)
  }

  /**
   * A later job of that server has been seen to end. Its jobs run one after another, so removals accepted before `at` are
   * over: those whose nics still show have failed.
   */
  ended(serverId: string, at: number): void {
    this.#drop(serverId, ({ since }) => since < at)
  }

  /**
   * Until when, at the latest, one of our own removals may still be running there, by what the server shows now; null: none is.
   * An earlier attempt at what the same caller wants, and has waited for, does not count: the cloud refuses it if it still runs.
   */
  runningUntil(serverId: string, nics: readonly Nic[], wanted?: Wanted): number | null {
    const now = Date.now()
    const shown = new Set(nics.map(({ key }) => key))
    // A new nic is a later job's, so the removal before it is over: jobs of a server run one after another.
    const isPassed = ({ known, wasBuilding }: Running) => !wasBuilding && nics.some(({ key }) => !known.has(key))
    this.#drop(serverId, (each) => !shown.has(each.nic.key) || each.until < now || isPassed(each))
    const others = [...(this.#byServer.get(serverId)?.values() ?? [])].filter(
      ({ nic, caller, isGivenUp }) => !(isGivenUp && wanted?.caller === caller && wanted.keys.has(nic.key)),
    )
    return others.length === 0 ? null : Math.max(...others.map(({ until }) => until))
  }

  #drop(serverId: string, isOver: (running: Running) => boolean): void {
    const running = this.#byServer.get(serverId)
    if (!running) return
    for (const [key, each] of running) if (isOver(each)) running.delete(key)
    if (running.size === 0) this.#byServer.delete(serverId)
  }
}
