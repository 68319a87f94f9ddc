import type { Network, Nic, Server } from '../cloud/model.ts'
import type { Table } from './table.ts'

/** Which part of the graph; null: any. */
export interface Scope {
  readonly networkIds: ReadonlySet<string> | null
  readonly serverIds: ReadonlySet<string> | null
  readonly includePublic: boolean
}

export interface Topology {
  /** By id. */
  readonly networks: readonly Network[]
  /** By id. */
  readonly servers: readonly Server[]
  /** By server id, then index; both ends are among the things above, as far as those were read. */
  readonly links: readonly Nic[]
}

/**
 * The part of the graph that the scope names: networks named and the servers on them, servers named and the networks they
 * are on, or, with both named, those and what joins them. A table that is null was not asked for and leaves its part empty.
 */
export function topologyOf(scope: Scope, networks: Table<Network> | null, servers: Table<Server> | null): Topology {
  const { networkIds, serverIds } = scope
  const hasNetwork = (id: string) => {
    if (networkIds && !networkIds.has(id)) return false
    if (!networks) return true
    const network = networks.byId.get(id)
    return network !== undefined && (scope.includePublic || !network.public)
  }
  const hasServer = (id: string) => !serverIds || serverIds.has(id)

  const links = (servers?.list ?? []).flatMap(({ nics }) =>
    nics.filter((nic) => hasServer(nic.serverId) && hasNetwork(nic.networkId)),
  )
  const linkedNetworks = new Set(links.map((link) => link.networkId))
  const linkedServers = new Set(links.map((link) => link.serverId))
  return {
    networks: (networks?.list ?? []).filter(
      ({ id }) => hasNetwork(id) && (!serverIds || networkIds !== null || linkedNetworks.has(id)),
    ),
    servers: (servers?.list ?? []).filter(
      ({ id }) => hasServer(id) && (!networkIds || serverIds !== null || linkedServers.has(id)),
    ),
    links,
  }
}
