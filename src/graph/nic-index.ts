import type { Nic, Server } from '../cloud/model.ts'

/** The nics of a list of servers, by network, by name and by key; built once a request, not once a field. */
export class NicIndex {
  readonly #byNetwork = new Map<string, Nic[]>()
  readonly #byId = new Map<string, Nic>()
  readonly #byKey = new Map<string, Nic>()

  /** The servers come by id, their nics by index: so do the nics of each network. */
  constructor(servers: readonly Server[]) {
    for (const server of servers) {
      for (const nic of server.nics) {
        const onNetwork = this.#byNetwork.get(nic.networkId)
        if (onNetwork) onNetwork.push(nic)
        else this.#byNetwork.set(nic.networkId, [nic])
        this.#byId.set(nic.id, nic)
        this.#byKey.set(nic.key, nic)
      }
    }
  }

  on(networkId: string): readonly Nic[] {
    return this.#byNetwork.get(networkId) ?? []
  }

  byId(nicId: string): Nic | null {
    return this.#byId.get(nicId) ?? null
  }

  byKey(key: string): Nic | null {
    return this.#byKey.get(key) ?? null
  }
}
