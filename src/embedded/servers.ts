/** Servers: reading, renaming and deleting them. */
import type { WireLink, WireServer, WireServerExtras } from '../cloud/cyclades/wire.ts'
import { type Answer, type Call, noContent, notModified, ok } from './call.ts'
import { changesSince, listed } from './changes-since.ts'
import type { Db, ServerRow } from './db.ts'
import { badRequest, buildInProgress, forbidden, itemNotFound } from './faults.ts'
import { isObject, toColumn, toInteger } from './json.ts'
import type { Links } from './links.ts'
import { activeNics, dropNics, wireAddressMap, wireNic } from './nics.ts'
import { checkBackend, submitServerJob } from './server-jobs.ts'
import { serversBody } from './server-texts.ts'
import { formatTime } from './times.ts'

export function listServers(call: Call): Answer {
  const rows = changedServers(call)
  if (!rows) return notModified
  return ok({ servers: rows.map(({ id, name }) => ({ id, name, links: call.links.to('servers', id) })) })
}

export function listServersInDetail(call: Call): Answer {
  const rows = changedServers(call)
  if (!rows) return notModified
  // Apart from each other, so that polling for changes does not push the whole list out.
  const list = call.query.get('changes-since') ? `${call.userId} changes` : call.userId
  return { status: 200, bytes: serversBody(call.db, list, rows, call.links) }
}

/** Null when asked for changes and there are none. */
function changedServers(call: Call): ServerRow[] | null {
  const since = changesSince(call)
  const rows = listed(call.db.serversOf(call.userId), since)
  return since !== null && rows.length === 0 ? null : rows
}

export function getServer(call: Call): Answer {
  return ok({ server: wireServer(call.db, findServer(call), call.links) })
}

/** A deleted server can be renamed. */
export function renameServer(call: Call): Answer {
  const body = call.json()
  const changes = isObject(body) ? body.server : null
  if (!isObject(changes) || !('name' in changes)) throw badRequest('Malformed request')
  const server = findChangeableServer(call)
  server.name = toColumn(changes.name, MAX_NAME_LENGTH)
  call.db.touch(server)
  return noContent
}

export function deleteServer(call: Call): Answer {
  const { db } = call
  const server = findChangeableServer(call)
  if (server.status === 'DELETED') throw badRequest('VirtualMachine has been deleted.')
  if (server.status === 'BUILD') throw buildInProgress('Server is being build')
  checkBackend(server)
  db.touch(server)
  submitServerJob(call, server, {
    kind: 'destroy',
    end: () => {
      server.status = 'DELETED'
      dropNics(db, server)
    },
  })
  return noContent
}

export const MAX_NAME_LENGTH = 255

/** Another user's server answers as if it did not exist; a deleted one is found. */
export function findServer({ db, userId, params }: Call): ServerRow {
  return findById(db, userId, Number(params.id))
}

export function findChangeableServer(call: Call): ServerRow {
  return refuseSuspended(findServer(call))
}

/** A server named in a body, not in the URL. */
export function findServerInBody({ db, userId }: Call, reference: unknown): ServerRow {
  const id = toInteger(reference)
  if (id === null) throw badRequest('Invalid server ID.')
  return refuseSuspended(findById(db, userId, id))
}

function findById(db: Db, userId: string, id: number): ServerRow {
  const server = db.servers.get(id)
  if (server?.ownerId !== userId) throw itemNotFound('Server not found.')
  return server
}

export function refuseSuspended(server: ServerRow): ServerRow {
  if (server.suspended) throw forbidden('Administratively Suspended VM')
  return server
}

/** There is no state in between for starting, stopping, deleting, connecting and disconnecting. */
function statusOf({ status, rebooting }: ServerRow): string {
  return rebooting && status === 'ACTIVE' ? 'REBOOT' : status
}

type WholeServer = WireServer & WireServerExtras & Record<'flavor' | 'image', { links: WireLink[] }>

export function wireServer(db: Db, row: ServerRow, links: Links): WholeServer {
  // Rows are remade in index order, and a nic being built is always the last: no sorting needed.
  const attachments = row.status === 'DELETED' ? [] : activeNics(row).map((nic) => wireNic(db, row, nic))
  return {
    id: row.id,
    name: row.name,
    status: statusOf(row),
    progress: row.status === 'ACTIVE' ? 100 : row.buildProgressPercent,
    user_id: row.ownerId,
    tenant_id: row.ownerId,
    created: formatTime(row.created),
    updated: formatTime(row.updated),
    hostId: '',
    suspended: row.suspended,
    flavor: { id: row.flavorId, links: links.to('flavors', row.flavorId) },
    image: { id: row.imageId, links: links.toImage(row.imageId) },
    metadata: Object.fromEntries(row.metadata),
    attachments,
    addresses: wireAddressMap(attachments),
    diagnostics: row.diagnostics.slice(0, 1),
    security_groups: [{ name: 'default' }],
    key_name: null,
    config_drive: '',
    accessIPv4: '',
    accessIPv6: '',
    links: links.to('servers', row.id),
  }
}
