import type { AbortSignalLike } from '../cloud/abort.ts'
import type { Batch, Caller, Cloud } from '../cloud/cloud.ts'
import type { Network, Server } from '../cloud/model.ts'
import { Flights } from './flight.ts'
import { type Keeping, KeptList } from './kept-list.ts'
import { ServerTable, Table } from './table.ts'

/** What is here in any case, and what a row takes, in bytes, about, as read from Cyclades. */
const BYTES = { caller: 1000, network: 600, server: 700, nic: 350 }

type Open = (signal: AbortSignalLike) => Cloud

/** What the requests of one caller share. It knows nothing of the token: each read brings its own cloud. */
export class SharedCaller {
  readonly networks: KeptList<Network, Table<Network>>
  readonly servers: KeptList<Server, ServerTable>
  /** What `bytes` was when room was last made for it. */
  weighed = 0
  readonly #networkBatches = new Flights<Batch<Network>>()
  readonly #serverBatches = new Flights<Batch<Server>>()

  constructor(keeping: Keeping) {
    this.networks = new KeptList<Network, Table<Network>>({
      since: (cloud, mark) => cloud.networksSince(mark),
      makeTable: (list, byId) => new Table(list, byId),
      ...keeping,
    })
    this.servers = new KeptList<Server, ServerTable>({
      since: (cloud, mark) => cloud.serversSince(mark),
      makeTable: (list, byId) => new ServerTable(list, byId),
      ...keeping,
    })
  }

  networksByIds(ids: readonly string[], open: Open, asking: Caller): Promise<Batch<Network>> {
    const read = (given: AbortSignalLike) => {
      const batch = open(given).networksByIds(ids)
      this.networks.missed(ids.length, open, asking)
      return batch
    }
    return this.#networkBatches.join(ids.join(), read, asking)
  }

  serversByIds(ids: readonly string[], open: Open, asking: Caller): Promise<Batch<Server>> {
    const read = (given: AbortSignalLike) => {
      const batch = open(given).serversByIds(ids)
      this.servers.missed(ids.length, open, asking)
      return batch
    }
    return this.#serverBatches.join(ids.join(), read, asking)
  }

  /** Nobody joins from now on what is on its way. */
  part(): void {
    this.networks.part()
    this.servers.part()
    this.#networkBatches.part()
    this.#serverBatches.part()
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
}
