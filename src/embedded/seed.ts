/** What the cloud starts with: flavors, images and the public network, then each tenant's own servers and networks. */
import { addNetwork } from './create-network.ts'
import { addServer } from './create-server.ts'
import type { Db, FlavorRow, NetworkRow, ServerRow } from './db.ts'
import { refreshNics } from './nics.ts'
import { parseSubnet4, type Subnet4 } from './subnets.ts'

const FLAVORS: readonly FlavorRow[] = [
  { id: 1, vcpus: 1, ramMiB: 1024, diskGiB: 20, diskTemplate: 'drbd', deleted: false },
  { id: 2, vcpus: 2, ramMiB: 2048, diskGiB: 40, diskTemplate: 'drbd', deleted: false },
  { id: 3, vcpus: 4, ramMiB: 8192, diskGiB: 100, diskTemplate: 'ext_archipelago', deleted: false },
  { id: 4, vcpus: 1, ramMiB: 512, diskGiB: 10, diskTemplate: 'plain', deleted: true },
]

export const DEBIAN = '2f4a8d1c-6c1e-4c8e-9d52-0e6f3a9b7c11'
export const UBUNTU = '8b7e5f02-1a43-4b6d-a0c9-5d2e7f4c3b22'

/** A month before the start, hence outside of every `changes-since` window. */
const AGE_US = 30 * 24 * 3600 * 1_000_000

/** Network "1", of `cidr`, with its gateway at 10.0.0.254 as the tutorial has it. */
export function seedCloud(db: Db, cidr: string): NetworkRow {
  for (const flavor of FLAVORS) db.flavors.set(flavor.id, { ...flavor })
  const times = past(db)
  for (const [id, name, os] of [
    [DEBIAN, 'Debian Base', 'debian'],
    [UBUNTU, 'Ubuntu Server LTS', 'ubuntu'],
  ] as const)
    db.images.set(id, { id, name, ownerId: 'images@cloud', metadata: new Map([['os', os]]), ...times })
  return addNetwork(db, {
    id: 1,
    ownerId: null,
    public: true,
    name: 'public_network',
    type: 'CUSTOM',
    cidr,
    subnet4: subnet(cidr),
    gateway: '10.0.0.254',
    everConnected: true,
    madeInBackend: true,
    ...times,
  })
}

/** The tutorial's two servers, with the addresses and MACs that it prints; 10.0.0.2 is a stranger's. */
export function seedTutorial(db: Db, userId: string, strangerId: string): void {
  const publicNetwork = db.network(1)
  const [first, second] = TUTORIAL_SERVERS
  const server = (id: number, ownerId: string, row: Partial<ServerRow>) =>
    addServer(db, { id, ownerId, name: 'server', flavorId: 1, imageId: DEBIAN, ...past(db), ...row })
  seedNic(db, server(141, userId, first()), publicNetwork, 'aa:00:00:23:0d:59')
  seedNic(db, server(140, strangerId, { name: 'stranger' }), publicNetwork, 'aa:00:00:51:7c:03')
  seedNic(db, server(142, userId, second()), publicNetwork, 'aa:00:00:70:21:65')
  // Ids come from one sequence, and 2 was used before.
  db.networks.skipTo(3)
}

/** A new tenant's copy of the two servers, under other ids, MACs and addresses. */
export function seedTutorialCopy(db: Db, userId: string): void {
  for (const make of TUTORIAL_SERVERS) {
    const row = { ownerId: userId, name: 'server', flavorId: 1, imageId: DEBIAN, ...past(db), ...make() }
    seedNic(db, addServer(db, row), db.network(1))
  }
}

const TUTORIAL_SERVERS = [
  (): Partial<ServerRow> => ({ name: 'web server', metadata: new Map([['OS', 'debian']]) }),
  (): Partial<ServerRow> => ({
    name: 'database server',
    flavorId: 2,
    imageId: UBUNTU,
    metadata: new Map([
      ['OS', 'ubuntu'],
      ['role', 'database'],
    ]),
  }),
] as const

/** A nic that is there already. Without a free address it has none. */
export function seedNic(db: Db, server: ServerRow, network: NetworkRow, mac = db.newMac(network)): void {
  db.macs.add(mac)
  network.everConnected = true
  network.madeInBackend = true
  server.hypervisor.push({ networkId: network.id, mac, ipv4: network.dhcp ? network.addresses.take() : null })
  const { updated } = server
  refreshNics(db, server)
  // Beginnings are no changes.
  for (const row of [server, network]) row.updated = updated
}

export function past(db: Db): { created: number; updated: number } {
  const created = db.now() - AGE_US
  return { created, updated: created }
}

/** Of a cidr written here by hand. */
export function subnet(cidr: string): Subnet4 {
  const parsed = parseSubnet4(cidr)
  if (!parsed) throw new RangeError(`${cidr} is no IPv4 network.`)
  return parsed
}
