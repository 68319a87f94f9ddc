import type { Nic, Server } from '../cloud/model.ts'

/** The nics of a list of servers, by network, by name and by key: each made when first asked for, once a list. */
export class NicIndex {
  readonly #servers: readonly Server[]
  #byNetwork: ReadonlyMap<string, readonly Nic[]> | undefined
  #byId: ReadonlyMap<string, Nic> | undefined
  #byKey: ReadonlyMap<string, Nic> | undefined

  /** The servers come by id, their nics by index: so do the nics of each network. */
  constructor(servers: readonly Server[]) {
    this.#servers = servers
  }

  on(networkId: string): readonly Nic[] {
    this.#byNetwork ??= byNetwork(this.#servers)
    return this.#byNetwork.get(networkId) ?? []
  }

  byId(nicId: string): Nic | null {
    this.#byId ??= by(this.#servers, ({ id }) => id)
    return this.#byId.get(nicId) ?? null
  }

  byKey(key: string): Nic | null {
    this.#byKey ??= by(this.#servers, (nic) => nic.key)
    return this.#byKey.get(key) ?? null
  }
}

function byNetwork(servers: readonly Server[]): ReadonlyMap<string, readonly Nic[]> {
  const map = new Map<string, Nic[]>()
  for (const { nics } of servers) {
    for (const nic of nics) {
      const onNetwork = map.get(nic.networkId)
      if (onNetwork) onNetwork.push(nic)
      else map.set(nic.networkId, [nic])
    }
  }
  return map
}

function by(servers: readonly Server[], key: (nic: Nic) => string): ReadonlyMap<string, Nic> {
  return new Map(servers.flatMap(({ nics }) => nics.map((nic) => [key(nic), nic] as const)))
}
