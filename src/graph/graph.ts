import { breath } from '../cloud/breath.ts'
import type { Backend, IdSyntax } from '../cloud/cloud.ts'
import { DomainError } from '../cloud/errors.ts'
import { compareIds, type Network, type Nic, type NicRef, type Server } from '../cloud/model.ts'
import { Collection } from './collection.ts'
import type { Snapshot } from './diff.ts'
import { andThen, type MaybePromise } from './maybe.ts'
import { type Peer, peersOf } from './peers.ts'
import type { List, Reads } from './reads.ts'
import type { Steps } from './steps.ts'
import { ServerTable, Table } from './table.ts'
import { type Scope, type Topology, topologyOf } from './topology.ts'

/**
 * What one request knows of one caller's graph: made for each request, never shared across tokens. Every read happens
 * at most once; the graph of any size is two lists, which hold each other's edges.
 */
export class Graph {
  readonly networks: Collection<Network>
  readonly servers: Collection<Server, ServerTable>
  readonly #ids: IdSyntax
  readonly #cost: Steps
  #reads: Reads
  readonly #ownReads: () => Reads
  #isOfTablesAlone = true

  /** `ownReads` makes those of this request alone, for after a change; `cost` is told of what is looked at. */
  constructor(
    { ids, mostSingleReads }: Pick<Backend, 'ids' | 'mostSingleReads'>,
    reads: Reads,
    ownReads: () => Reads,
    cost: Steps,
  ) {
    this.#ids = ids
    this.#cost = cost
    this.#reads = reads
    this.#ownReads = ownReads
    this.networks = new Collection<Network>({
      readAll: () => this.#reads.networks(),
      readByIds: (networkIds) => {
        this.leaveTables()
        return this.#reads.networksByIds(networkIds)
      },
      isNear: () => this.#reads.isNear('networks'),
      mostSingleReads,
      makeTable: (list, byId) => new Table(list, byId),
    })
    this.servers = new Collection<Server, ServerTable>({
      readAll: () => this.#reads.servers(),
      readByIds: (serverIds) => {
        this.leaveTables()
        return this.#reads.serversByIds(serverIds)
      },
      isNear: () => this.#reads.isNear('servers'),
      mostSingleReads,
      makeTable: (list, byId) => new ServerTable(list, byId),
    })
  }

  /** The tables that were read so far; null: something else may have gone into what was answered. */
  get madeOf(): readonly (Table<Network> | ServerTable)[] | null {
    if (!this.#isOfTablesAlone) return null
    return [this.networks.table, this.servers.table].filter((table) => table !== null)
  }

  /** Their names. */
  get listsRead(): readonly List[] {
    return (['networks', 'servers'] as const).filter((list) => this[list].table !== null)
  }

  /** How many there are in them, nics aside. */
  get rows(): number {
    return (this.networks.table?.list.length ?? 0) + (this.servers.table?.list.length ?? 0)
  }

  /** From now on something else goes into the answer than tables, and it cannot be given again because they are the same. */
  leaveTables(): void {
    this.#isOfTablesAlone = false
  }

  /** Starts these lists now, side by side, because the query will need them. */
  start(lists: Iterable<List>): void {
    for (const list of lists) this[list].start()
  }

  /** Reads these lists, side by side, and waits for all. One that fails is told of to those who ask for it. */
  read(lists: Iterable<List>): MaybePromise<unknown> {
    const pending: Promise<unknown>[] = []
    for (const list of lists) {
      const settled = this[list].settled()
      if (settled) pending.push(settled)
    }
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => breath(this.rows))
  }

  /**
   * The same for what a query of single things will need: `whole` in any case, and of the others those that cost less than
   * the things themselves.
   */
  readForOne({ whole, lists }: { whole: ReadonlySet<List>; lists: ReadonlySet<List> }): MaybePromise<unknown> {
    return this.read(new Set([...whole, ...[...lists].filter((list) => this[list].isNear)]))
  }

  /**
   * The nics on a network, whole, by server id, then index. Taken from the servers, so that in one answer a network and
   * its servers cannot disagree; a server that went away since the network was read is left out.
   */
  nicsOf(network: Network): MaybePromise<readonly Nic[]> {
    if (this.servers.isNear) return andThen(this.servers.all(), ({ nics }) => this.#counted(nics.on(network.id)))
    const serverIds = [...new Set(this.#counted(network.nicRefs).map((nic) => nic.serverId))]
    return andThen(this.servers.several(serverIds), (servers) =>
      servers.flatMap((server) => server.nics.filter((nic) => nic.networkId === network.id)),
    )
  }

  /** The same, and by name alone, as the network knows them, where the servers cannot be read. */
  nicsOrNamesOf(network: Network): MaybePromise<readonly (Nic | NicRef)[]> {
    const nics = this.nicsOf(network)
    if (!(nics instanceof Promise)) return nics
    return nics.catch((error) => {
      if (error instanceof DomainError) return network.nicRefs
      throw error
    })
  }

  /** The same by name where the servers have not been read, for what a name alone tells. */
  nicNamesOf(network: Network): MaybePromise<readonly NicRef[]> {
    return this.servers.isNear ? this.nicsOrNamesOf(network) : network.nicRefs
  }

  /** The networks a server is on, each once, by id. */
  networksOf(server: Server): MaybePromise<readonly Network[]> {
    const networkIds = new Set(this.#counted(server.nics).map((nic) => nic.networkId))
    return this.networks.several([...networkIds].sort(compareIds))
  }

  /** The other servers that share a private network with this one, by id, each with the shared networks, by id. */
  peersOf(server: Server): MaybePromise<readonly Peer[]> {
    this.start(['servers', 'networks'])
    return andThen(this.servers.all(), (servers) =>
      andThen(this.networks.all(), (networks) => peersOf(server.id, servers, networks, this.#cost)),
    )
  }

  /** That part of the graph, made of the lists that it is made of itself; what stands in it may need others. */
  topology(
    scope: Scope,
    { whole, lists }: { whole: ReadonlySet<List>; lists: ReadonlySet<List> },
  ): MaybePromise<Topology> {
    const needed = new Set(whole)
    if (!scope.includePublic) needed.add('networks')
    if (scope.serverIds) needed.add('servers')
    this.start([...needed, ...lists])
    return andThen(needed.has('networks') ? this.networks.all() : null, (networks) =>
      andThen(needed.has('servers') ? this.servers.all() : null, (servers) => {
        this.#cost.add((networks?.list.length ?? 0) + (servers?.list.length ?? 0) + (servers?.nicCount ?? 0))
        return topologyOf(scope, networks, servers)
      }),
    )
  }

  #counted<Thing>(looked: readonly Thing[]): readonly Thing[] {
    this.#cost.add(looked.length)
    return looked
  }

  /** By the cloud's current name. Null when no nic bears it now. */
  nicById(nicId: string): MaybePromise<Nic | null> {
    const find = (server: Server | null) => server?.nics.find((nic) => nic.id === nicId) ?? null
    const serverId = this.#ids.serverIdOfNic(nicId)
    if (serverId !== null) return andThen(this.servers.one(serverId), find)
    return andThen(this.servers.all(), ({ nics }) => nics.byId(nicId))
  }

  /** By stable key, in its one spelling. Null when that nic is gone. A key does not tell the server, so this needs the list of them. */
  nicByKey(key: string): MaybePromise<Nic | null> {
    return andThen(this.servers.all(), ({ nics }) => nics.byKey(key))
  }

  /**
   * After a change: drops all that was known but for what has just been read, and shares no read with other requests, which
   * may have begun before the change.
   */
  renew(fresh: { networks?: readonly Network[]; servers?: readonly Server[] } = {}): void {
    this.leaveTables()
    this.#reads = this.#ownReads()
    this.networks.renew(fresh.networks ?? [])
    this.servers.renew(fresh.servers ?? [])
  }

  /** Answers from that moment, and asks the cloud for nothing. */
  hold({ networks, servers }: Snapshot): void {
    this.leaveTables()
    this.networks.hold(networks)
    this.servers.hold(servers)
  }
}
