/** Wire to model: the only file that sees both. An empty string means "none" for addresses and gateways. */
import {
  compareIds,
  type FirewallProfile,
  firewallProfiles,
  type Network,
  type NetworkStatus,
  type NetworkType,
  type Nic,
  type NicRef,
  type NicsNow,
  networkStatuses,
  networkTypes,
  type Server,
  type ServerStatus,
  serverStatuses,
} from '../model.ts'
import type { WireNetwork, WireNic, WireServer } from './wire.ts'

const networkStatusSet: ReadonlySet<string> = new Set(networkStatuses)
const networkTypeSet: ReadonlySet<string> = new Set(networkTypes)
const serverStatusSet: ReadonlySet<string> = new Set(serverStatuses)
const firewallProfileSet: ReadonlySet<string> = new Set(firewallProfiles)

// The casts below are safe: the set was made of that very type's members.
const networkStatus = (text: string) => (networkStatusSet.has(text) ? (text as NetworkStatus) : 'UNKNOWN')
const networkType = (text: string | null) => (text !== null && networkTypeSet.has(text) ? (text as NetworkType) : null)
const serverStatus = (text: string) => (serverStatusSet.has(text) ? (text as ServerStatus) : 'UNKNOWN')
const firewallProfile = (text: string | null | undefined) =>
  text != null && firewallProfileSet.has(text) ? (text as FirewallProfile) : null

const noneIfEmpty = (text: string | null) => (text === '' ? null : text)

/** MACs are written in lower case everywhere in the graph, so that the stable key has one spelling. */
export const canonicalMac = (mac: string) => mac.toLowerCase()

/** `nic-141-2` names the third nic of server 141; null for anything else. Cyclades REST 6.1. */
export function parseNicId(nicId: string): { serverId: string; index: number } | null {
  const parts = /^nic-(0|[1-9]\d{0,14})-(0|[1-9]\d{0,5})$/.exec(nicId)
  return parts ? { serverId: parts[1] as string, index: Number(parts[2]) } : null // both groups are in every match
}

function toNicRef(nicId: string, networkId: string): NicRef | null {
  const name = parseNicId(nicId)
  return name && { id: nicId, index: name.index, serverId: name.serverId, networkId }
}

/** Null for an id of another form: such a nic cannot be placed in the graph. */
function toNic(wire: WireNic): Nic | null {
  const name = parseNicId(wire.id)
  if (name === null || !wire.mac_address) return null
  const mac = canonicalMac(wire.mac_address)
  return {
    id: wire.id,
    index: name.index,
    serverId: name.serverId,
    networkId: wire.network_id,
    key: mac,
    macAddress: mac,
    ipv4: noneIfEmpty(wire.ipv4),
    ipv6: noneIfEmpty(wire.ipv6),
    firewallProfile: firewallProfile(wire.firewallProfile),
  }
}

const byIndex = (a: NicRef, b: NicRef) => a.index - b.index
const byServerThenIndex = (a: NicRef, b: NicRef) => compareIds(a.serverId, b.serverId) || a.index - b.index

function present<Thing>(things: readonly (Thing | null)[]): Thing[] {
  return things.filter((thing): thing is Thing & {} => thing !== null)
}

export function toNetwork(wire: WireNetwork): Network {
  return {
    id: wire.id,
    name: wire.name,
    status: networkStatus(wire.status),
    public: wire.public,
    type: networkType(wire.type),
    cidr: noneIfEmpty(wire.cidr),
    cidr6: noneIfEmpty(wire.cidr6),
    gateway: noneIfEmpty(wire.gateway),
    gateway6: noneIfEmpty(wire.gateway6),
    dhcp: wire.dhcp,
    createdAt: wire.created,
    updatedAt: wire.updated,
    tenantId: wire.tenant_id,
    userId: wire.user_id,
    // "By server id; among nics of one server unspecified" (Cyclades REST 3.7), hence sorted here.
    nicRefs: present(wire.attachments.map((nicId) => toNicRef(nicId, wire.id))).sort(byServerThenIndex),
  }
}

export function toServer(wire: WireServer): Server {
  return {
    id: String(wire.id),
    name: wire.name,
    status: serverStatus(wire.status),
    progress: wire.progress == null ? null : Math.round(wire.progress),
    suspended: wire.suspended ?? false,
    createdAt: wire.created,
    updatedAt: wire.updated,
    tenantId: wire.tenant_id,
    userId: wire.user_id,
    flavorId: wire.flavor == null ? null : String(wire.flavor.id),
    imageId: wire.image?.id ?? null,
    metadata: wire.metadata ?? {},
    nics: present(wire.attachments.map(toNic)).sort(byIndex),
  }
}

/** `/servers/<id>/ips` shows nics in every state and any order; one without a MAC is still being built (3.6). */
export function toNicsNow(wire: readonly WireNic[]): NicsNow {
  const building = wire.filter((nic) => !nic.mac_address)
  return {
    nics: present(wire.map(toNic)).sort(byIndex),
    building: present(building.map((nic) => toNicRef(nic.id, nic.network_id))).sort(byIndex),
  }
}
