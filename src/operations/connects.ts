/** A connect that has not been seen to end by then has failed, which leaves no trace (Cyclades REST 5.3). */
const FORGET_AFTER_MS = 10 * 60_000

interface Pending {
  readonly serverId: string
  /** Who has sent it, as a digest of the token. */
  readonly caller: string
  readonly networkId: string
  readonly at: number
  /** How many nics the server had on that network before. */
  readonly nicsBefore: number
  /** It was sent and not answered: there may be no job at all. */
  isUnknown: boolean
}

/** One connect, from before anything is read for it. */
export interface Connect {
  readonly at: number
  /** No other connect of that server had been sent: the first new nic that shows is this one's, or a later one's. */
  readonly alone: boolean
  /** No other connect of that server to that network is under way, as far as is known: a new nic is not that one's. */
  isOnly(): boolean
  /** To be told before it is sent, once the cloud has shown the server to the caller: servers that it does not show are strangers'. */
  sending(nicsBefore: number): void
  /** To be told when there was no answer. */
  unknown(): void
  /** To be told when it failed, or its end was seen. */
  ended(): void
}

/**
 * Connects that this process has sent and not seen the end of. The cloud shows such a nic nowhere near the network, and
 * yet refuses to delete the network for its sake (Cyclades REST 3.7).
 */
export class Connects {
  readonly #pending = new Set<Pending>()

  /** To be called before the server is read, so that no nic can come to light unnoticed in between. */
  started(serverId: string, networkId: string, caller: string): Connect {
    this.#forgetOld()
    const at = Date.now()
    let pending: Pending | null = null
    return {
      at,
      alone: ![...this.#pending].some((other) => other.serverId === serverId),
      isOnly: () =>
        ![...this.#pending].some(
          (other) =>
            other !== pending && !other.isUnknown && other.serverId === serverId && other.networkId === networkId,
        ),
      sending: (nicsBefore) => {
        pending = { serverId, networkId, caller, at, nicsBefore, isUnknown: false }
        this.#pending.add(pending)
      },
      unknown: () => {
        if (pending) pending.isUnknown = true
      },
      ended: () => {
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
        connect.networkId === networkId && connect.caller === caller && nicsOf(connect.serverId) <= connect.nicsBefore,
    )
    return [...new Set(pending.map(({ serverId }) => serverId))]
  }

  /** These are a server's nics now: what was to make one that is there has ended. */
  seen(serverId: string, nics: readonly { readonly networkId: string }[]): void {
    for (const pending of this.#pending) {
      const now = nics.filter((nic) => nic.networkId === pending.networkId).length
      if (pending.serverId === serverId && now > pending.nicsBefore) this.#pending.delete(pending)
    }
  }

  #forgetOld(): void {
    const oldest = Date.now() - FORGET_AFTER_MS
    for (const pending of this.#pending) if (pending.at < oldest) this.#pending.delete(pending)
  }
}
