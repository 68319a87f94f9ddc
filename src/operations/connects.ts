/** A connect that has not been seen to end by then has failed, which leaves no trace (Cyclades REST 5.3). */
const FORGET_AFTER_MS = 10 * 60_000

interface Pending {
  readonly serverId: string
  readonly networkId: string
  /** How many nics the server had on that network before. */
  readonly nicsBefore: number
  readonly at: number
}

/**
 * Connects that this process has sent and not seen the end of. The cloud shows such a nic nowhere near the network, and
 * yet refuses to delete the network for its sake (Cyclades REST 3.7).
 */
export class Connects {
  readonly #pending = new Set<Pending>()

  /** To be told before a connect is sent; the answer takes it back, when it failed or its end was seen. */
  started(serverId: string, networkId: string, nicsBefore: number): () => void {
    const pending = { serverId, networkId, nicsBefore, at: Date.now() }
    this.#forgetOld()
    this.#pending.add(pending)
    return () => this.#pending.delete(pending)
  }

  /** The servers that are being connected to it, given how many nics each shows on it now. */
  pendingOn(networkId: string, nicsOf: (serverId: string) => number): string[] {
    this.#forgetOld()
    const pending = [...this.#pending].filter(
      (connect) => connect.networkId === networkId && nicsOf(connect.serverId) <= connect.nicsBefore,
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

  /** When the oldest of those on that server was sent; Infinity without any. */
  oldestOn(serverId: string): number {
    return Math.min(...[...this.#pending].filter((connect) => connect.serverId === serverId).map(({ at }) => at))
  }

  #forgetOld(): void {
    const oldest = Date.now() - FORGET_AFTER_MS
    for (const pending of this.#pending) if (pending.at < oldest) this.#pending.delete(pending)
  }
}
