import type { Batch, Cloud } from '../cloud/cloud.ts'
import type { Network, Server } from '../cloud/model.ts'
import { ServerTable, Table } from './table.ts'

/** The lists that a query can need, each one REST call. */
export type List = 'networks' | 'servers'

/** Where one request's graph reads from. */
export interface Reads {
  networks(): Promise<Table<Network>>
  servers(): Promise<ServerTable>
  networksByIds(ids: readonly string[]): Promise<Batch<Network>>
  serversByIds(ids: readonly string[]): Promise<Batch<Server>>
  /** Whether that list is held for this caller, or on its way to another request, so that it costs less than one thing. */
  isNear(list: List): boolean
}

/** From the cloud, with nobody else. */
export function ownReads(cloud: Cloud): Reads {
  return {
    networks: async () => new Table(await cloud.networks()),
    servers: async () => new ServerTable(await cloud.servers()),
    networksByIds: (ids) => cloud.networksByIds(ids),
    serversByIds: (ids) => cloud.serversByIds(ids),
    isNear: () => false,
  }
}
