/**
 * All that the cloud knows, as plain rows that tests may change at will (`db.server(141).suspended = true`). Rows are
 * never purged: a deleted thing keeps its row, with the status DELETED (Cyclades REST 3.11).
 */
import { type AddressPool, MacPrefixPool } from './pools.ts'
import { type Random, randomMac } from './random.ts'
import type { Subnet4, Subnet6 } from './subnets.ts'
import { Table } from './table.ts'
import type { Microseconds } from './times.ts'

export type NetworkStatus = 'ACTIVE' | 'PENDING' | 'ERROR' | 'DELETED'
export type ServerStatus = 'BUILD' | 'ACTIVE' | 'STOPPED' | 'ERROR' | 'DELETED' | 'UNKNOWN'

export interface NetworkRow {
  id: number
  /** Null for public networks, which nobody owns. */
  ownerId: string | null
  public: boolean
  name: string
  type: string
  status: NetworkStatus
  /** Exactly as sent at creation, like the other addresses. */
  cidr: string
  cidr6: string | null
  gateway: string | null
  gateway6: string | null
  dhcp: boolean
  subnet4: Subnet4
  subnet6: Subnet6 | null
  macPrefix: string
  addresses: AddressPool
  /** A server was connected to it once, so hypervisors know it and its deletion takes a job. */
  everConnected: boolean
  /** Hypervisors have reported it. Until then every connect makes it there first. */
  madeInBackend: boolean
  created: Microseconds
  updated: Microseconds
}

/** A nic as the database sees it. The index is stored, not computed: that is how ids get stale (Cyclades REST 6). */
export interface NicRow {
  index: number
  networkId: number
  /** Null while building. */
  mac: string | null
  ipv4: string | null
  firewallProfile: string | null
  state: 'BUILDING' | 'ACTIVE'
  /** A removal was accepted on this server since the row was made. */
  busy: boolean
}

/** A nic as the hypervisor sees it; its index is its place in the list. */
export interface HypervisorNic {
  networkId: number
  mac: string
  ipv4: string | null
}

/** One of a server's diagnostics, with the names that the API has for its parts. */
export interface DiagnosticRow {
  level: 'ERROR' | 'WARNING' | 'INFO' | 'DEBUG'
  source: string
  message: string
  details: string | null
  created: string
  source_date?: string
}

export interface ServerRow {
  id: number
  ownerId: string
  name: string
  status: ServerStatus
  /** A reboot job is being run. */
  rebooting: boolean
  buildProgressPercent: number
  suspended: boolean
  /** Off: every call that needs the hypervisor answers 503. */
  backendOnline: boolean
  flavorId: number
  imageId: string
  metadata: Map<string, string>
  diagnostics: DiagnosticRow[]
  nics: NicRow[]
  hypervisor: HypervisorNic[]
  /** Set by the firewall action; belongs to whatever nic is at index 0. */
  firewallTag: string | null
  /** How many more removals get past the busy check, as those that come at the very same moment do. */
  removalsUnchecked: number
  created: Microseconds
  updated: Microseconds
}

export interface FlavorRow {
  id: number
  vcpus: number
  ramMiB: number
  diskGiB: number
  diskTemplate: string
  deleted: boolean
}

export interface ImageRow {
  id: string
  name: string
  ownerId: string
  metadata: Map<string, string>
  created: Microseconds
  updated: Microseconds
}

export class Db {
  readonly networks = new Table<NetworkRow>(1)
  readonly servers = new Table<ServerRow>(1)
  readonly flavors = new Map<number, FlavorRow>()
  readonly images = new Map<string, ImageRow>()
  readonly macPrefixes = new MacPrefixPool()
  readonly macs = new Set<string>()
  readonly random: Random
  /** How many private networks a tenant may have at a time. */
  privateNetworkQuota: number
  readonly #clock: () => number

  /** `clock` answers milliseconds since 1970. */
  constructor(clock: () => number, random: Random, privateNetworkQuota: number) {
    this.#clock = clock
    this.random = random
    this.privateNetworkQuota = privateNetworkQuota
  }

  now(): Microseconds {
    return Math.round(this.#clock() * 1000)
  }

  touch(row: { updated: Microseconds }): void {
    row.updated = this.now()
  }

  /** For tests: throws when there is none, whoever owns it. */
  network(id: number | string): NetworkRow {
    const row = this.networks.get(Number(id))
    if (!row) throw new Error(`The embedded cloud has no network ${id}.`)
    return row
  }

  /** For tests: throws when there is none, whoever owns it. */
  server(id: number | string): ServerRow {
    const row = this.servers.get(Number(id))
    if (!row) throw new Error(`The embedded cloud has no server ${id}.`)
    return row
  }

  /** The tenant's own and the public ones, deleted included, by id. */
  networksSeenBy(userId: string): NetworkRow[] {
    return [...this.networks.ownedBy(null), ...this.networks.ownedBy(userId)].sort((a, b) => a.id - b.id)
  }

  serversOf(userId: string): ServerRow[] {
    return this.servers.ownedBy(userId).toSorted((a, b) => a.id - b.id)
  }

  /** Unique in the whole database. */
  newMac(network: NetworkRow): string {
    let mac = randomMac(network.macPrefix, this.random)
    while (this.macs.has(mac)) mac = randomMac(network.macPrefix, this.random)
    this.macs.add(mac)
    return mac
  }
}
