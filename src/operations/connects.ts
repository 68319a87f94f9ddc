import type { Nic } from '../cloud/model.ts'
import type { Standing } from './sent-removal.ts'

/** A connect that has not been seen to end by then has failed, which leaves no trace (Cyclades REST 5.3). */
const FORGET_AFTER_MS = 10 * 60_000

interface Pending {
  readonly serverId: string
  /** Who has sent it, as a digest of the token. */
  readonly caller: string
  readonly networkId: string
  /** When it was sent, by `performance.now()`. */
  readonly sentAt: number
  /** Keys of the server's nics on that network that others have made. */
  readonly known: Set<string>
  /** When the cloud had taken it, by `performance.now()`; null: it has not answered. */
  acceptedAt: number | null
  /** It was sent and not answered: there may be no job at all. */
  isUnknown: boolean
  /** Who has sent it has waited for its end in vain: it may have failed. */
  isGivenUp: boolean
}

/** One connect, from before anything is read for it. */
export interface Connect {
  /** No other connect of that server to that network is under way, as far as is known. */
  isOnly(): boolean
  /** It was there before, or has ended another connect: one that is neither is this one's, if it is the only one under way. */
  isOthers(nic: Nic): boolean
  /**
   * To be told before it is sent, with the server's nics, once the cloud has shown the server to the caller: servers that it does
   * not show are strangers'.
   */
  sending(nics: readonly Nic[]): void
  accepted(): void
  /** To be told when there was no answer. */
  unknown(): void
  /** To be told when its end was waited for in vain. */
  gaveUp(): void
  /** To be told when nothing was done. */
  refused(): void
}

/**
 * Connects that this process has sent and not seen the end of. The cloud shows such a nic nowhere near the network, and
 * yet refuses to delete the network for its sake (Cyclades REST 3.7).
 */
export class Connects {
  /** In the order of sending. */
  readonly #pending = new Set<Pending>()
  /** Those that ended in the last ten minutes, in that order, and when. */
  readonly #ended = new Map<Pending, number>()

  /** To be called before the server is read, so that no nic can come to light unnoticed in between. */
  started(serverId: string, networkId: string, caller: string): Connect {
    this.#forgetOld()
    let pending: Pending | null = null
    const others = () => this.#of(serverId).filter((other) => other !== pending)
    return {
      isOnly: () => !others().some((other) => !other.isUnknown && other.networkId === networkId),
      isOthers: ({ key }) => pending?.known.has(key) ?? true,
      sending: (nics) => {
        const known = new Set(nics.filter((nic) => nic.networkId === networkId).map(({ key }) => key))
        pending = {
          serverId,
          networkId,
          caller,
          sentAt: performance.now(),
          known,
          acceptedAt: null,
          isUnknown: false,
          isGivenUp: false,
        }
        this.#pending.add(pending)
      },
      accepted: () => {
        if (pending) pending.acceptedAt = performance.now()
      },
      unknown: () => {
        if (pending) pending.isUnknown = true
      },
      gaveUp: () => {
        if (pending) pending.isGivenUp = true
      },
      refused: () => {
        if (pending) this.#pending.delete(pending)
      },
    }
  }

  /**
   * The servers that this caller connects to it, given how many nics each shows on it now. Those that others connect may be
   * strangers', whom nobody is told of, if the cloud lets them at all.
   */
  pendingOn(networkId: string, caller: string, nicsOf: (serverId: string) => number): string[] {
    this.#forgetOld()
    const pending = [...this.#pending].filter(
      (connect) =>
        connect.networkId === networkId && connect.caller === caller && nicsOf(connect.serverId) <= connect.known.size,
    )
    return [...new Set(pending.map(({ serverId }) => serverId))]
  }

  /** How many to that server are under way, or were since that look, and are not among what it shows as being built. */
  underWay(serverId: string, { building, lookedAt }: Pick<Standing, 'building' | 'lookedAt'>): number {
    const ended = [...this.#ended].filter(([pending, at]) => pending.serverId === serverId && at > lookedAt)
    const all = [...this.#of(serverId), ...ended.map(([pending]) => pending)]
    const before = all.filter(({ acceptedAt }) => acceptedAt !== null && acceptedAt < lookedAt).length
    return all.length - Math.min(before, building.length)
  }

  /**
   * To be told what a look shows that began at `lookedAt`, by `performance.now()`: each new nic ends one connect, the oldest, as
   * the jobs of a server run one after another; but one that the cloud may never have had, or that may have failed, only after all
   * others.
   */
  seen(serverId: string, { nics, lookedAt }: { nics: readonly Nic[]; lookedAt: number }): void {
    const isDoubtful = (pending: Pending) => Number(pending.isUnknown || pending.isGivenUp)
    for (const pending of this.#of(serverId).toSorted((a, b) => isDoubtful(a) - isDoubtful(b))) {
      const { networkId, known, sentAt } = pending
      if (lookedAt < sentAt) continue
      const made = nics.find((nic) => nic.networkId === networkId && !known.has(nic.key))
      if (!made) continue
      this.#pending.delete(pending)
      this.#ended.set(pending, performance.now())
      for (const other of this.#of(serverId)) if (other.networkId === networkId) other.known.add(made.key)
    }
  }

  #of(serverId: string): Pending[] {
    return [...this.#pending].filter((pending) => pending.serverId === serverId)
  }

  #forgetOld(): void {
    const oldest = performance.now() - FORGET_AFTER_MS
    for (const pending of this.#pending) if (pending.sentAt < oldest) this.#pending.delete(pending)
    for (const [pending, at] of this.#ended) if (at < oldest) this.#ended.delete(pending)
  }
}
