import type { Batch, Cloud } from '../cloud/cloud.ts'
import type { Network, Server } from '../cloud/model.ts'
import { Flight } from './flight.ts'
import { KeptList } from './kept-list.ts'
import { ServerTable, Table } from './table.ts'

/** What is here in any case, and what a row takes, in bytes, about, as read from Cyclades. */
const BYTES = { caller: 1000, network: 600, server: 700, nic: 350 }

type Open = (signal: AbortSignal) => Cloud

/** What the requests of one caller share. It knows nothing of the token: each read brings its own cloud. */
export class SharedCaller {
  readonly networks: KeptList<Network, Table<Network>>
  readonly servers: KeptList<Server, ServerTable>
  /** What `bytes` was when room was last made for it. */
  weighed = 0
  readonly #batches = new Map<string, Flight<Batch<Network | Server>>>()

  constructor(isKept: boolean) {
    this.networks = new KeptList<Network, Table<Network>>({
      since: (cloud, mark) => cloud.networksSince(mark),
      makeTable: (list, byId) => new Table(list, byId),
      isKept,
    })
    this.servers = new KeptList<Server, ServerTable>({
      since: (cloud, mark) => cloud.serversSince(mark),
      makeTable: (list, byId) => new ServerTable(list, byId),
      isKept,
    })
  }

  networksByIds(ids: readonly string[], open: Open, signal: AbortSignal | undefined): Promise<Batch<Network>> {
    return this.#batch(`networks ${ids}`, (given) => open(given).networksByIds(ids), signal)
  }

  serversByIds(ids: readonly string[], open: Open, signal: AbortSignal | undefined): Promise<Batch<Server>> {
    return this.#batch(`servers ${ids}`, (given) => open(given).serversByIds(ids), signal)
  }

  /** Nobody joins from now on what is on its way. */
  part(): void {
    this.networks.part()
    this.servers.part()
    this.#batches.clear()
  }

  /** Of what is kept between requests. */
  get bytes(): number {
    const networks = this.networks.table
    const servers = this.servers.table
    const answers = (networks?.answers.bytes ?? 0) + (servers?.answers.bytes ?? 0)
    const rows =
      (networks?.list.length ?? 0) * BYTES.network +
      (servers?.list.length ?? 0) * BYTES.server +
      (servers?.nicCount ?? 0) * BYTES.nic
    return BYTES.caller + answers + rows
  }

  #batch<Thing extends Network | Server>(
    key: string,
    read: (signal: AbortSignal) => Promise<Batch<Thing>>,
    signal: AbortSignal | undefined,
  ): Promise<Batch<Thing>> {
    const held = this.#batches.get(key) as Flight<Batch<Thing>> | undefined // the key tells which kind
    if (held && !held.isGivenUp) return held.join(signal)
    const flight: Flight<Batch<Thing>> = new Flight(async (given) => {
      try {
        return await read(given)
      } finally {
        if (this.#batches.get(key) === flight) this.#batches.delete(key)
      }
    })
    this.#batches.set(key, flight)
    return flight.join(signal)
  }
}
