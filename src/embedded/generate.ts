/** A graph of any size for measurements: the same one from the same numbers. */
import { addNetwork } from './create-network.ts'
import { addServer } from './create-server.ts'
import type { Db, NetworkRow } from './db.ts'
import { COMMON_MAC_PREFIX } from './pools.ts'
import { DEBIAN, past, seedNic, subnet, UBUNTU } from './seed.ts'

export interface GraphSize {
  /** What a tenant sees in all, the public one included. */
  networks: number
  servers: number
  /** Of each server, the public one included; fewer if there are not that many networks. 3 unless told. */
  nicsPerServer?: number
}

/** Every server is on the public network at index 0; the last private network stays empty. */
export function generateGraph(db: Db, userId: string, { networks, servers, nicsPerServer = 3 }: GraphSize): void {
  const privateNetworks = Array.from({ length: Math.max(0, networks - 1) }, (_, n) => generateNetwork(db, userId, n))
  const connectable = privateNetworks.slice(0, -1)
  const privateNics = Math.min(nicsPerServer - 1, connectable.length)
  for (let n = 0; n < servers; n++) {
    const server = addServer(db, {
      ownerId: userId,
      name: `server-${n + 1}`,
      status: n % 10 === 9 ? 'STOPPED' : 'ACTIVE',
      flavorId: (n % 3) + 1,
      imageId: n % 2 === 0 ? DEBIAN : UBUNTU,
      metadata: new Map([['role', n % 4 === 0 ? 'database' : 'web']]),
      ...past(db),
    })
    if (nicsPerServer > 0) seedNic(db, server, db.network(1))
    for (let nic = 0; nic < privateNics; nic++) {
      // Neighbours share networks, so that the graph hangs together.
      const network = connectable[(n + nic) % connectable.length]
      if (network) seedNic(db, server, network)
    }
  }
}

/** 10.16.0.0/24 and on, clear of the public 10.0.0.0/12. Every third has DHCP, and so at most 253 addresses. */
function generateNetwork(db: Db, userId: string, n: number): NetworkRow {
  const block = `10.${16 + (Math.floor(n / 256) % 240)}.${n % 256}`
  return addNetwork(db, {
    ownerId: userId,
    name: `network-${n + 1}`,
    cidr: `${block}.0/24`,
    subnet4: subnet(`${block}.0/24`),
    gateway: `${block}.254`,
    dhcp: n % 3 === 0,
    // Many tenants with many networks use the pool up, which must not keep the cloud from starting.
    macPrefix: db.macPrefixes.take() ?? COMMON_MAC_PREFIX,
    ...past(db),
  })
}
