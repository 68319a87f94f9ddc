/** Networks: reading, renaming and deleting them. */
import type { WireNetwork, WireNetworkExtras } from '../cloud/cyclades/wire.ts'
import { type Answer, type Call, noContent, notModified, ok } from './call.ts'
import { changesSince, listed } from './changes-since.ts'
import type { Db, NetworkRow } from './db.ts'
import { badRequest, forbidden, itemNotFound, networkInUse } from './faults.ts'
import { isObject, toColumn } from './json.ts'
import type { Links } from './links.ts'
import { activeNics, nicId } from './nics.ts'
import { formatTime } from './times.ts'

export function listNetworks(call: Call): Answer {
  return list(call, (row) => ({ id: String(row.id), name: row.name, links: call.links.to('networks', row.id) }))
}

export function listNetworksInDetail(call: Call): Answer {
  const attachments = attachmentsByNetwork(call)
  return list(call, (row) => wireNetwork(row, attachments.get(row.id) ?? [], call.links))
}

function list(call: Call, wire: (row: NetworkRow) => unknown): Answer {
  const since = changesSince(call)
  const rows = listed(call.db.networksSeenBy(call.userId), since)
  if (since !== null && rows.length === 0) return notModified
  return ok({ networks: rows.map(wire) })
}

export function getNetwork(call: Call): Answer {
  const network = findNetwork(call)
  return ok({ network: wireNetwork(network, attachmentsByNetwork(call).get(network.id) ?? [], call.links) })
}

export function renameNetwork(call: Call): Answer {
  const body = call.json()
  const changes = isObject(body) ? body.network : null
  if (!isObject(changes) || !('name' in changes)) throw badRequest('Malformed request.')
  const network = findChangeableNetwork(call, 'rename')
  network.name = toColumn(changes.name, MAX_NAME_LENGTH)
  call.db.touch(network)
  return noContent
}

export function deleteNetwork(call: Call): Answer {
  const { db, jobs } = call
  const network = findChangeableNetwork(call, 'delete')
  if (isConnected(db, network)) throw networkInUse('Machines are connected to network.')
  db.touch(network)
  if (!network.everConnected) finishDeletion(db, network)
  else {
    // Until the job has ended the network is listed as ACTIVE and takes every other call, another delete included.
    jobs.submit({
      kind: 'deleteNetwork',
      queue: `network-${network.id}`,
      begin: () => db.touch(network),
      end: () => finishDeletion(db, network),
      fail: () => db.touch(network),
    })
  }
  return noContent
}

function finishDeletion(db: Db, network: NetworkRow): void {
  if (network.status === 'DELETED') return
  db.touch(network)
  // Connected after the deletion had been accepted, and before it was carried out: hypervisors keep what is in use. A nic that
  // is still being built is nothing to them, so its network goes (Cyclades REST 11.6).
  if (isInUse(db, network)) return
  network.status = 'DELETED'
  db.macPrefixes.giveBack(network.macPrefix)
}

/** Nics still being made or removed count, and whoever owns the server. */
const isConnected = (db: Db, { id }: NetworkRow): boolean =>
  [...db.servers.all()].some(({ nics }) => nics.some(({ networkId }) => networkId === id))

const isInUse = (db: Db, { id }: NetworkRow): boolean =>
  [...db.servers.all()].some(({ hypervisor }) => hypervisor.some(({ networkId }) => networkId === id))

export const MAX_NAME_LENGTH = 128

/** Another user's private network answers as if it did not exist; a deleted one is found. */
export function findNetwork(call: Call, id = call.params.id): NetworkRow {
  const network = id !== undefined && /^\d+$/.test(id) ? call.db.networks.get(Number(id)) : undefined
  if (!network || !(network.public || network.ownerId === call.userId)) throw itemNotFound('Network not found.')
  return network
}

export function findChangeableNetwork(call: Call, verb: 'rename' | 'delete' | 'modify'): NetworkRow {
  const network = findNetwork(call)
  if (network.public) throw forbidden(`Can not ${verb} the public network.`)
  if (network.status === 'DELETED') throw badRequest('Network has been deleted.')
  return network
}

/** Ids of active nics by network, of the caller's servers only: on a public network there are others. */
function attachmentsByNetwork({ db, userId }: Call): Map<number, string[]> {
  const ids = new Map<number, string[]>()
  for (const server of db.serversOf(userId)) {
    for (const nic of activeNics(server)) {
      const list = ids.get(nic.networkId)
      if (list) list.push(nicId(server, nic))
      else ids.set(nic.networkId, [nicId(server, nic)])
    }
  }
  return ids
}

export const wireNetwork = (row: NetworkRow, attachments: string[], links: Links): WireNetwork & WireNetworkExtras => ({
  id: String(row.id),
  name: row.name,
  links: links.to('networks', row.id),
  user_id: row.ownerId,
  tenant_id: row.ownerId,
  cidr: row.cidr,
  gateway: row.gateway,
  cidr6: row.cidr6,
  gateway6: row.gateway6,
  dhcp: row.dhcp,
  type: row.type,
  public: row.public,
  status: row.status,
  created: formatTime(row.created),
  updated: formatTime(row.updated),
  attachments,
})
