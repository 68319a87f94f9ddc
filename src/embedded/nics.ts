/**
 * The nics of a server: rows that clients see, apart from the hypervisor's list that jobs change. Rows follow the list
 * only when a job has ended, which is what makes ids stale and races possible (Cyclades REST 5.4, 6.2 to 6.4).
 */
import type { WireAddress, WireNic } from '../cloud/cyclades/wire.ts'
import type { Db, HypervisorNic, NetworkRow, NicRow, ServerRow } from './db.ts'
import { eui64 } from './subnets.ts'

/** The row of a nic that is being made. It is in nobody's `attachments`, yet it keeps its network from deletion. */
export function addBuildingNic(server: ServerRow, network: NetworkRow, ipv4: string | null): void {
  network.everConnected = true
  server.nics.push({
    index: server.nics.length,
    networkId: network.id,
    mac: null,
    ipv4,
    firewallProfile: null,
    state: 'BUILDING',
    busy: false,
  })
}

/**
 * Whether Cyclades can read an event that reports these nics. It cannot where one is on a network whose cidr6 is no /64: its
 * EUI-64 code throws, in every event of the server as long as the nic is there (Synnefo 0.14.10 logic/backend.py and
 * util/mac2eui64.py; Cyclades REST 11.2).
 */
export const canReadNics = (db: Db, server: ServerRow): boolean =>
  server.hypervisor.every(({ networkId }) => {
    const { cidr6, subnet6 } = db.network(networkId)
    return !cidr6 || subnet6?.prefixLength === 64
  })

/**
 * Makes the rows anew from the hypervisor's list, as every ended modification and every start does: indexes close up,
 * busy flags fall, building rows go and give their address back. Nothing happens when both agree already.
 */
export function refreshNics(db: Db, server: ServerRow): void {
  const rows = server.hypervisor.map((nic, index) => rowOf(db, server, nic, index))
  if (rows.length === server.nics.length && rows.every((row, index) => isSame(row, server.nics[index]))) return
  replaceNics(db, server, rows)
}

/** Removes all nics, as the end of a server's deletion does. */
export function dropNics(db: Db, server: ServerRow): void {
  for (const { mac } of server.hypervisor) db.macs.delete(mac)
  server.hypervisor = []
  replaceNics(db, server, [])
}

/** Every network that the server had or has a nic on is touched, the public one included (Cyclades REST 4). */
function replaceNics(db: Db, server: ServerRow, rows: NicRow[]): void {
  const networks = new Set([...server.nics, ...rows].map(({ networkId }) => db.network(networkId)))
  for (const { networkId, ipv4 } of server.nics) if (ipv4) db.network(networkId).addresses.giveBack(ipv4)
  for (const { networkId, ipv4 } of rows) if (ipv4) db.network(networkId).addresses.reserve(ipv4)
  server.nics = rows
  for (const row of [server, ...networks]) db.touch(row)
}

function rowOf(db: Db, server: ServerRow, nic: HypervisorNic, index: number): NicRow {
  const unset = db.network(nic.networkId).public ? 'DISABLED' : null
  // Firewall tags name a position, so a private nic that gets to index 0 inherits the tag (3.6).
  const firewallProfile = index === 0 ? (server.firewallTag ?? unset) : unset
  return { index, ...nic, firewallProfile, state: 'ACTIVE', busy: false }
}

const isSame = (row: NicRow, other: NicRow | undefined): boolean =>
  row.index === other?.index &&
  row.state === other.state &&
  row.networkId === other.networkId &&
  row.mac === other.mac &&
  row.ipv4 === other.ipv4 &&
  row.firewallProfile === other.firewallProfile

export const activeNics = (server: ServerRow): NicRow[] => server.nics.filter(({ state }) => state === 'ACTIVE')

export const nicId = (server: ServerRow, nic: NicRow): string => `nic-${server.id}-${nic.index}`

export function wireNic(db: Db, server: ServerRow, nic: NicRow): WireNic {
  const wire: WireNic = {
    id: nicId(server, nic),
    network_id: String(nic.networkId),
    mac_address: nic.mac,
    ipv4: nic.ipv4,
    ipv6: ipv6Of(db, nic),
  }
  if (nic.firewallProfile !== null) wire.firewallProfile = nic.firewallProfile
  return wire
}

function ipv6Of(db: Db, nic: NicRow): string | null {
  const subnet = db.network(nic.networkId).subnet6
  return subnet && nic.mac ? eui64(subnet, nic.mac) : null
}

/** One IPv4 entry always, even without an address, then the IPv6 one if there is any. */
export function wireAddresses({ ipv4, ipv6 }: WireNic): WireAddress[] {
  const addresses: WireAddress[] = [{ version: 4, addr: ipv4, 'OS-EXT-IPS:type': 'fixed' }]
  if (ipv6) addresses.push({ version: 6, addr: ipv6, 'OS-EXT-IPS:type': 'fixed' })
  return addresses
}

/** By network id: of two nics on one network the second replaces the first (3.6). */
export const wireAddressMap = (nics: readonly WireNic[]): Record<string, WireAddress[]> =>
  Object.fromEntries(nics.map((nic) => [nic.network_id, wireAddresses(nic)]))
