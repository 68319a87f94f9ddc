/** What tests need besides changing rows: states that no request can bring about, or not at once. */
import { addNetwork } from './create-network.ts'
import { addServer } from './create-server.ts'
import type { Db, NetworkRow, ServerRow } from './db.ts'
import { dropNics } from './nics.ts'
import { DEBIAN, seedNic, subnet } from './seed.ts'
import type { Table } from './table.ts'

export interface Levers {
  /** A running server without nics; whatever `row` says is so. */
  addServer(row: { ownerId: string } & Partial<ServerRow>): ServerRow
  /** An empty private network, unless `row` says otherwise. */
  addNetwork(row: { ownerId: string | null } & Partial<NetworkRow>): NetworkRow
  /** Connects at once, without a job. */
  connect(serverId: number, networkId: number | string): void
  /** To another owner, as administrators do it: `snf-manage server-modify --owner`. */
  giveServer(serverId: number, ownerId: string): void
  /** The same of a private network: `snf-manage network-modify --userid`. */
  giveNetwork(networkId: number | string, ownerId: string): void
  /** Deletes at once, without a job. */
  deleteServer(serverId: number): void
  /** Takes all of a network's free addresses. */
  fillNetwork(networkId: number | string): void
}

export function createLevers(db: Db): Levers {
  const give = <Row extends NetworkRow | ServerRow>(table: Table<Row>, row: Row, ownerId: string) => {
    table.give(row, ownerId)
    db.touch(row)
  }
  return {
    addServer: (row) => addServer(db, { name: 'another server', flavorId: 1, imageId: DEBIAN, ...row }),
    addNetwork: (row) => {
      const cidr = row.cidr ?? '10.77.0.0/24'
      const macPrefix = row.public ? {} : { macPrefix: db.macPrefixes.take() ?? '' }
      return addNetwork(db, { name: 'another network', subnet4: subnet(cidr), cidr, ...macPrefix, ...row })
    },
    connect: (serverId, networkId) => seedNic(db, db.server(serverId), db.network(networkId)),
    giveServer: (serverId, ownerId) => give(db.servers, db.server(serverId), ownerId),
    giveNetwork: (networkId, ownerId) => give(db.networks, db.network(networkId), ownerId),
    deleteServer: (serverId) => {
      const server = db.server(serverId)
      server.status = 'DELETED'
      dropNics(db, server)
    },
    fillNetwork: (networkId) => db.network(networkId).addresses.fill(),
  }
}
