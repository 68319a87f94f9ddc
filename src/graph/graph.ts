import type { Cloud, IdSyntax } from '../cloud/cloud.ts'
import { compareIds, type Network, type Nic, type NicRef, type Server } from '../cloud/model.ts'
import { Collection, type Table } from './collection.ts'
import type { Snapshot } from './diff.ts'
import { andThen, type MaybePromise } from './maybe.ts'
import { NicIndex } from './nic-index.ts'
import { type Peer, peersOf } from './peers.ts'
import { type Scope, type Topology, topologyOf } from './topology.ts'

/** The lists that a query can need, each one REST call. */
export type List = 'networks' | 'servers'

/**
 * What one request knows of one caller's graph: made for each request, never shared across tokens. Every read happens
 * at most once; the graph of any size is two lists, which hold each other's edges.
 */
export class Graph {
  readonly networks: Collection<Network>
  readonly servers: Collection<Server>
  readonly #ids: IdSyntax
  #index: { readonly of: Table<Server>; readonly nics: NicIndex } | undefined

  constructor(cloud: Cloud, ids: IdSyntax) {
    this.#ids = ids
    this.networks = new Collection<Network>({
      readAll: () => cloud.networks(),
      readByIds: (networkIds) => cloud.networksByIds(networkIds),
    })
    this.servers = new Collection<Server>({
      readAll: () => cloud.servers(),
      readByIds: (serverIds) => cloud.serversByIds(serverIds),
    })
  }

  /** Starts these lists now, side by side, because the query will need them. */
  start(lists: Iterable<List>): void {
    for (const list of lists) this[list].start()
  }

  /**
   * The nics on a network, whole, by server id, then index. Taken from the servers, so that in one answer a network and
   * its servers cannot disagree; a server that went away since the network was read is left out.
   */
  nicsOf(network: Network): MaybePromise<readonly Nic[]> {
    if (this.servers.started) return andThen(this.servers.all(), (table) => this.#indexOf(table).on(network.id))
    const serverIds = [...new Set(network.nicRefs.map((nic) => nic.serverId))]
    return andThen(this.servers.several(serverIds), (servers) =>
      servers.flatMap((server) => server.nics.filter((nic) => nic.networkId === network.id)),
    )
  }

  /** The same by name where the servers have not been read, for what a name alone tells. */
  nicNamesOf(network: Network): MaybePromise<readonly NicRef[]> {
    return this.servers.started ? this.nicsOf(network) : network.nicRefs
  }

  /** The networks a server is on, each once, by id. */
  networksOf(server: Server): MaybePromise<readonly Network[]> {
    const networkIds = new Set(server.nics.map((nic) => nic.networkId))
    return this.networks.several([...networkIds].sort(compareIds))
  }

  /** The other servers that share a private network with this one, by id, each with the shared networks, by id. */
  peersOf(server: Server): MaybePromise<readonly Peer[]> {
    this.start(['servers', 'networks'])
    return andThen(this.servers.all(), (servers) =>
      andThen(this.networks.all(), (networks) => peersOf(server.id, servers, networks, this.#indexOf(servers))),
    )
  }

  /** That part of the graph, made of the lists that are needed for what is asked of it, and of no other. */
  topology(scope: Scope, asked: ReadonlySet<List>): MaybePromise<Topology> {
    const needed = new Set(asked)
    if (!scope.includePublic) needed.add('networks')
    if (scope.serverIds) needed.add('servers')
    this.start(needed)
    return andThen(needed.has('networks') ? this.networks.all() : null, (networks) =>
      andThen(needed.has('servers') ? this.servers.all() : null, (servers) => topologyOf(scope, networks, servers)),
    )
  }

  /** By the cloud's current name. Null when no nic bears it now. */
  nicById(nicId: string): MaybePromise<Nic | null> {
    const find = (server: Server | null) => server?.nics.find((nic) => nic.id === nicId) ?? null
    const serverId = this.#ids.serverIdOfNic(nicId)
    if (serverId !== null) return andThen(this.servers.one(serverId), find)
    return andThen(this.servers.all(), (table) => this.#indexOf(table).byId(nicId))
  }

  /** By stable key, in its one spelling. Null when that nic is gone. A key does not tell the server, so this needs the list of them. */
  nicByKey(key: string): MaybePromise<Nic | null> {
    return andThen(this.servers.all(), (table) => this.#indexOf(table).byKey(key))
  }

  /** After a change: drops all that was known but for what has just been read. */
  renew(fresh: { networks?: readonly Network[]; servers?: readonly Server[] } = {}): void {
    this.networks.renew(fresh.networks ?? [])
    this.servers.renew(fresh.servers ?? [])
  }

  /** Answers from that moment, and asks the cloud for nothing. */
  hold({ networks, servers }: Snapshot): void {
    this.networks.hold(networks)
    this.servers.hold(servers)
  }

  #indexOf(table: Table<Server>): NicIndex {
    if (this.#index?.of !== table) this.#index = { of: table, nics: new NicIndex(table.list) }
    return this.#index.nics
  }
}
