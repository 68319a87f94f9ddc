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
export const canonicalMac = (mac: string) => (/[A-Z]/.test(mac) ? mac.toLowerCase() : mac)

/** `nic-141-2` names the third nic of server 141; null for anything else. Cyclades REST 6.1. */
export function parseNicId(nicId: string): { serverId: string; index: number } | null {
  // No groups: what a match with groups leaves behind was a third of all garbage in reading a list of networks.
  if (!/^nic-(?:0|[1-9]\d{0,14})-(?:0|[1-9]\d{0,5})$/.test(nicId)) return null
  const dash = nicId.lastIndexOf('-')
  return { serverId: nicId.slice('nic-'.length, dash), index: Number(nicId.slice(dash + 1)) }
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

/** Sorts in place, unless they are in order already, as the cloud mostly sends them. */
function inOrder<Thing>(things: Thing[], compare: (a: Thing, b: Thing) => number): Thing[] {
  const isBehind = (thing: Thing, at: number) => at === 0 || compare(things[at - 1] as Thing, thing) <= 0
  return things.every(isBehind) ? things : things.sort(compare)
}

/** A network of a list, of which most callers never ask for the nics: they are made of their names when somebody does. */
class CycladesNetwork implements Network {
  readonly id: string
  readonly name: string
  readonly status: NetworkStatus
  readonly public: boolean
  readonly type: NetworkType | null
  readonly cidr: string | null
  readonly cidr6: string | null
  readonly gateway: string | null
  readonly gateway6: string | null
  readonly dhcp: boolean
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly tenantId: string | null
  readonly userId: string | null
  readonly #attachments: readonly string[]
  #nicRefs: readonly NicRef[] | undefined

  constructor(wire: WireNetwork) {
    this.id = wire.id
    this.name = wire.name
    this.status = networkStatus(wire.status)
    this.public = wire.public
    this.type = networkType(wire.type)
    this.cidr = noneIfEmpty(wire.cidr)
    this.cidr6 = noneIfEmpty(wire.cidr6)
    this.gateway = noneIfEmpty(wire.gateway)
    this.gateway6 = noneIfEmpty(wire.gateway6)
    this.dhcp = wire.dhcp
    this.createdAt = wire.created
    this.updatedAt = wire.updated
    this.tenantId = wire.tenant_id
    this.userId = wire.user_id
    this.#attachments = wire.attachments
  }

  /** "By server id; among nics of one server unspecified" (Cyclades REST 3.7), hence sorted here. */
  get nicRefs(): readonly NicRef[] {
    this.#nicRefs ??= inOrder(present(this.#attachments.map((nicId) => toNicRef(nicId, this.id))), byServerThenIndex)
    return this.#nicRefs
  }
}

export function toNetwork(wire: WireNetwork): Network {
  return new CycladesNetwork(wire)
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
    nics: inOrder(present(wire.attachments.map(toNic)), byIndex),
  }
}

/** `/servers/<id>/ips` shows nics in every state and any order; one without a MAC is still being built (3.6). */
export function toNicsNow(wire: readonly WireNic[]): NicsNow {
  const building = wire.filter((nic) => !nic.mac_address)
  return {
    nics: inOrder(present(wire.map(toNic)), byIndex),
    building: inOrder(present(building.map((nic) => toNicRef(nic.id, nic.network_id))), byIndex),
  }
}
