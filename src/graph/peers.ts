import { compareIds, type Network, type NicRef, type Server } from '../cloud/model.ts'
import type { Steps } from './steps.ts'
import type { ServerTable, Table } from './table.ts'

/** Another server, and the private networks where both are. */
export interface Peer {
  readonly server: Server
  readonly networks: readonly Network[]
}

/** The other servers that share a private network with this one, by id, each with the shared networks, by id. */
export function peersOf(serverId: string, servers: ServerTable, networks: Table<Network>, cost: Steps): Peer[] {
  const mine = servers.byId.get(serverId)?.nics ?? []
  const shared = new Map<string, Network[]>()
  for (const networkId of [...new Set(mine.map((nic) => nic.networkId))].sort(compareIds)) {
    const network = networks.byId.get(networkId)
    if (!network || network.public) continue
    const nics = servers.nics.on(networkId)
    cost.add(nics.length)
    for (const other of new Set(nics.map((nic) => nic.serverId))) {
      if (other === serverId) continue
      const known = shared.get(other)
      if (known) known.push(network)
      else shared.set(other, [network])
    }
  }
  return [...shared]
    .sort(([a], [b]) => compareIds(a, b))
    .flatMap(([id, both]) => {
      const server = servers.byId.get(id)
      return server ? [{ server, networks: both }] : []
    })
}

/** The servers that these nics join, each once, with its nics, in the order of the nics. */
export function byServer<Known extends NicRef>(nics: readonly Known[]): { serverId: string; nics: Known[] }[] {
  const groups = new Map<string, Known[]>()
  for (const nic of nics) {
    const group = groups.get(nic.serverId)
    if (group) group.push(nic)
    else groups.set(nic.serverId, [nic])
  }
  return [...groups].map(([serverId, joined]) => ({ serverId, nics: joined }))
}
