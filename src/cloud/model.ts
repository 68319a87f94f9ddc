/**
 * The things of a cloud, as everything above the port sees them: readonly, ids as strings, absent values as null.
 * No dialect's words: what Cyclades calls an attachment and Neutron a port is a nic here.
 */

export const networkStatuses = ['PENDING', 'ACTIVE', 'DELETED', 'ERROR', 'UNKNOWN'] as const
export type NetworkStatus = (typeof networkStatuses)[number]

export const networkTypes = ['MAC_FILTERED', 'PHYSICAL_VLAN', 'CUSTOM', 'IP_LESS_ROUTED'] as const
export type NetworkType = (typeof networkTypes)[number]

export const serverStatuses = ['BUILD', 'ACTIVE', 'STOPPED', 'REBOOT', 'DELETED', 'ERROR', 'UNKNOWN'] as const
export type ServerStatus = (typeof serverStatuses)[number]

export const firewallProfiles = ['ENABLED', 'DISABLED', 'PROTECTED'] as const
export type FirewallProfile = (typeof firewallProfiles)[number]

/** What a nic's name alone tells: enough to say which server hangs where, without reading the server. */
export interface NicRef {
  /** The cloud's current name for it. In Cyclades it changes when an earlier nic of the server is removed. */
  readonly id: string
  /** Position in the server's list, from 0. */
  readonly index: number
  readonly serverId: string
  readonly networkId: string
}

export interface Nic extends NicRef {
  /** Names the nic for its whole life, whatever the cloud renames it to: the MAC in Cyclades, a uuid in OpenStack. */
  readonly key: string
  readonly macAddress: string | null
  readonly ipv4: string | null
  readonly ipv6: string | null
  /** Null where the cloud has no firewall for this nic (private networks in Cyclades). */
  readonly firewallProfile: FirewallProfile | null
}

export interface Network {
  readonly id: string
  readonly name: string
  readonly status: NetworkStatus
  /** Made by administrators and seen by every tenant; nobody can rename, delete, join or leave it. */
  readonly public: boolean
  /** Null when the cloud sends a type that is none of ours. */
  readonly type: NetworkType | null
  readonly cidr: string | null
  readonly cidr6: string | null
  readonly gateway: string | null
  readonly gateway6: string | null
  readonly dhcp: boolean
  /** ISO 8601 with offset, as the cloud sent it. */
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly tenantId: string | null
  readonly userId: string | null
  /** The caller's nics on it that are up, by server id, then index; those still being built are not among them. */
  readonly nicRefs: readonly NicRef[]
}

export interface Server {
  readonly id: string
  readonly name: string
  readonly status: ServerStatus
  /** Build progress, 0 to 100. */
  readonly progress: number | null
  /** Suspended by an administrator: every change is refused. */
  readonly suspended: boolean
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly tenantId: string | null
  readonly userId: string | null
  readonly flavorId: string | null
  readonly imageId: string | null
  readonly metadata: Readonly<Record<string, string>>
  /** Those that are up, by index. */
  readonly nics: readonly Nic[]
}

/** The nics of a server at this moment, those that are not up yet told apart. */
export interface NicsNow {
  /** By index. */
  readonly nics: readonly Nic[]
  /** Accepted by the cloud and not up yet: no MAC, no stable key, and an index that may still change. */
  readonly building: readonly NicRef[]
}

/** What to create a network with. */
export interface NetworkSpec {
  readonly name: string
  readonly type: NetworkType
  readonly dhcp: boolean
  /** Null everywhere below: the cloud chooses, or there is none. */
  readonly cidr: string | null
  readonly gateway: string | null
  readonly cidr6: string | null
  readonly gateway6: string | null
}

/** Ids in the order people expect: numbers by value and before all else, the rest as text. */
export function compareIds(a: string, b: string): number {
  const x = Number(a)
  const y = Number(b)
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1
  if (x !== y && !Number.isNaN(x)) return x - y
  return a < b ? -1 : a > b ? 1 : 0
}
