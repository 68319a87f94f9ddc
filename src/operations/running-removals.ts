import type { Nic } from '../cloud/model.ts'
import { FORGET_AFTER_MS, type Removal, type Seen, SentRemoval } from './sent-removal.ts'

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
  readonly #byServer = new Map<string, SentRemoval[]>()
  /** When the firewall of each server was changed last, whose job may still run; by `performance.now()`. */
  readonly #firewallAt = new Map<string, number>()

  /** To be told when it is sent; the cloud's answer may come any time later. */
  sending(removal: Removal): Sending {
    this.#forgetOld()
    const { serverId } = removal.nic
    const going = new Set(this.#running(serverId).map(({ nic }) => nic.key))
    const sent = new SentRemoval(removal, going, !this.#firewallAt.has(serverId))
    this.#byServer.set(serverId, [...(this.#byServer.get(serverId) ?? []), sent])
    return {
      accepted: (connects) => sent.accepted(connects),
      unknown: (connects) => sent.unknown(connects),
      refused: () => {
        this.#byServer.set(
          serverId,
          (this.#byServer.get(serverId) ?? []).filter((other) => other !== sent),
        )
      },
      isRepeated: going.has(removal.nic.key),
      get isOver() {
        return sent.overAt !== null
      },
    }
  }

  /** To be told when this caller has waited for the end of removing it in vain. */
  gaveUp(nic: Nic, caller: string): void {
    for (const sent of this.#of(nic)) if (sent.caller === caller) sent.isGivenUp = true
  }

  /** To be told before a firewall is changed: the end of that job takes the cloud's mark of a running removal away. */
  changesFirewall(serverId: string): FirewallChange {
    const isOnly = !this.#firewallAt.has(serverId)
    const at = performance.now()
    this.#firewallAt.set(serverId, at)
    for (const sent of this.#running(serverId)) sent.isAlone = false
    const over = () => {
      if (isOnly && this.#firewallAt.get(serverId) === at) this.#firewallAt.delete(serverId)
    }
    return {
      refused: over,
      seen: () => {
        if (isOnly) this.ended(serverId, at)
        over()
      },
    }
  }

  /** A later job of that server has been seen to end: removals accepted before `at`, by `performance.now()`, are over. */
  ended(serverId: string, at: number): void {
    for (const sent of this.#running(serverId)) if (sent.answeredAt !== null && sent.answeredAt < at) sent.over()
  }

  /** To be told what a look shows: which removals are over, and which nics were still there. */
  seen(serverId: string, seen: Seen): void {
    const shown = new Set(seen.nics.map(({ key }) => key))
    for (const sent of this.#running(serverId)) {
      sent.seen(seen)
      if (!shown.has(sent.nic.key)) this.ended(serverId, sent.sentAt)
    }
  }

  /**
   * Until when, at the latest, one of our own removals may still be running there, by what was seen last; null: none is. An earlier
   * attempt at what the same caller wants, and has waited for, does not count where the cloud refuses it if it still runs.
   */
  until(serverId: string, wanted?: Wanted): number | null {
    const others = this.#running(serverId).filter(
      ({ nic, caller, isGivenUp, isAlone }) =>
        !(isGivenUp && isAlone && wanted?.caller === caller && wanted.keys.has(nic.key)),
    )
    return others.length === 0 ? null : Math.max(...others.map(({ until }) => until))
  }

  /**
   * The key of the nic that the cloud called so at `arrivedAt`, given what it calls them by now. Undefined: it called none so.
   * `moved`: nobody knows, as a removal that ran at that time has ended since, and the id names two nics before and after.
   */
  keyAt(serverId: string, nicId: string, arrivedAt: number, nics: readonly Nic[]): string | undefined | 'moved' {
    const all = this.#byServer.get(serverId) ?? []
    // Up to the first one that was sent since, no other of ours has moved the ids than those that were running.
    const later = all.find(({ sentAt }) => sentAt > arrivedAt)
    if (later && later.before.lookedAt < arrivedAt) return later.keyOf(nicId)
    const since = later?.before.nics ?? nics
    const now = since.find(({ id }) => id === nicId)?.key
    const ranThen = all.filter(({ sentAt, overAt }) => sentAt <= arrivedAt && (overAt === null || overAt > arrivedAt))
    const other = ranThen.findLast((sent) => sent.keyOf(nicId) !== now)
    const before = other?.keyOf(nicId)
    // Without an earlier meaning it came with a later connect, as ids only move down.
    if (!other || before === undefined) return now
    if (other.shownAt >= arrivedAt) return before
    const isGone = !since.some(({ key }) => key === before)
    return isGone && now === undefined ? undefined : 'moved'
  }

  #of({ serverId, key }: Nic): SentRemoval[] {
    return this.#running(serverId).filter(({ nic }) => nic.key === key)
  }

  #running(serverId: string): SentRemoval[] {
    return (this.#byServer.get(serverId) ?? []).filter(({ overAt }) => overAt === null)
  }

  /** They are kept for as long as a request that came before may take. */
  #forgetOld(): void {
    const oldest = performance.now() - FORGET_AFTER_MS
    for (const [serverId, all] of this.#byServer) {
      const kept = all.filter(({ sentAt }) => sentAt > oldest)
      if (kept.length === 0) this.#byServer.delete(serverId)
      else if (kept.length < all.length) this.#byServer.set(serverId, kept)
    }
    for (const [serverId, at] of this.#firewallAt) if (at < oldest) this.#firewallAt.delete(serverId)
  }
}

/** One change of a firewall, until its end is known. */
export interface FirewallChange {
  /** Nothing was done. */
  refused(): void
  /** The server has another profile than before, the wanted one: its job has ended, unless another one of ours may have set it. */
  seen(): void
}

/** One removal, until the cloud has answered. `connects`: those to the server that may have been accepted before it. */
export interface Sending {
  accepted(connects: number): void
  /** Nothing was done. */
  refused(): void
  /** There was no answer. */
  unknown(connects: number): void
  /** An earlier removal of the same nic may still have been running when it was sent. */
  readonly isRepeated: boolean
  /** Its end has been seen, whatever has become of the nic. */
  readonly isOver: boolean
}
