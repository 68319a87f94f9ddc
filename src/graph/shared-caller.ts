import type { Network, Server } from '../cloud/model.ts'
import { type Keeping, KeptList } from './kept-list.ts'
import { ServerTable, Table } from './table.ts'

/** What is here in any case, and what a row takes, in bytes, about, as read from Cyclades. */
const BYTES = { caller: 1000, network: 600, server: 700, nic: 350 }

/** What the requests of one caller share. It knows nothing of the token: each read brings its own cloud. */
export class SharedCaller {
  readonly networks: KeptList<Network, Table<Network>>
  readonly servers: KeptList<Server, ServerTable>
  /** What `bytes` was when room was last made for it; null: the cloud has not answered it yet. */
  weighed: number | null = null

  constructor(keeping: Keeping) {
    this.networks = new KeptList<Network, Table<Network>>({
      since: (cloud, mark) => cloud.networksSince(mark),
      byIds: (cloud, ids) => cloud.networksByIds(ids),
      makeTable: (list, byId) => new Table(list, byId),
      ...keeping,
    })
    this.servers = new KeptList<Server, ServerTable>({
      since: (cloud, mark) => cloud.serversSince(mark),
      byIds: (cloud, ids) => cloud.serversByIds(ids),
      makeTable: (list, byId) => new ServerTable(list, byId),
      ...keeping,
    })
  }

  /** Nobody joins from now on what is on its way. */
  part(): void {
    this.networks.part()
    this.servers.part()
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
