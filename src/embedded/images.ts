/** Images: what a server can be made from. All belong to the cloud, so nobody may change or delete one. */
import { type Answer, type Call, ok } from './call.ts'
import { changesSince } from './changes-since.ts'
import type { ImageRow } from './db.ts'
import { forbidden, itemNotFound, notImplemented } from './faults.ts'
import type { Links } from './links.ts'
import { wireMetadata, wireMetadataItem } from './metadata.ts'
import { formatTime } from './times.ts'

/** Without links, unlike all other lists. */
export function listImages(call: Call): Answer {
  return ok({ images: listed(call).map(({ id, name }) => ({ id, name })) })
}

export function listImagesInDetail(call: Call): Answer {
  return ok({ images: listed(call).map((row) => wireImage(row, call.links)) })
}

export function getImage(call: Call): Answer {
  return ok({ image: wireImage(findImage(call), call.links) })
}

export function createImage(): Answer {
  throw notImplemented('Not supported.')
}

export function refuseImageChange(call: Call): Answer {
  findImage(call)
  throw forbidden()
}

export const getImageMetadata = (call: Call): Answer => wireMetadata(findImage(call).metadata)

export const getImageMetadataItem = (call: Call): Answer => wireMetadataItem(findImage(call).metadata, call.params.key)

/** Never a 304, even if nothing changed (Cyclades REST 4). */
function listed(call: Call): ImageRow[] {
  const since = changesSince(call)
  const rows = [...call.db.images.values()].filter(({ updated }) => since === null || updated >= since)
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function findImage({ db, params }: Call): ImageRow {
  const image = db.images.get(params.id ?? '')
  if (!image) throw itemNotFound()
  return image
}

const wireImage = (row: ImageRow, links: Links) => ({
  id: row.id,
  name: row.name,
  status: 'ACTIVE',
  progress: 100,
  user_id: row.ownerId,
  tenant_id: row.ownerId,
  created: formatTime(row.created),
  updated: formatTime(row.updated),
  metadata: Object.fromEntries(row.metadata),
  links: links.toImage(row.id),
})
