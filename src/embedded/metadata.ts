/** Metadata of servers: five calls, all of which take deleted servers too. Images have the three that read. */
import { type Answer, type Call, created, noContent, ok } from './call.ts'
import { badRequest, itemNotFound } from './faults.ts'
import { isObject, type JsonObject, toColumn } from './json.ts'
import { findChangeableServer } from './servers.ts'

const MAX_KEY_LENGTH = 50
const MAX_VALUE_LENGTH = 500

export type Metadata = Map<string, string>

export const wireMetadata = (metadata: Metadata): Answer => ok({ metadata: Object.fromEntries(metadata) })

export function wireMetadataItem(metadata: Metadata, key: string | undefined): Answer {
  const value = key === undefined ? undefined : metadata.get(key)
  if (key === undefined || value === undefined) throw itemNotFound('Metadata key not found.')
  return ok({ meta: { [key]: value } })
}

/** Values that are no texts are stored as Python writes them; a null or one too long breaks the server. */
export function readMetadata(value: unknown): Metadata {
  if (!isObject(value)) throw badRequest('Malformed request')
  return new Map(
    Object.entries(value).map(([key, item]) => [toColumn(key, MAX_KEY_LENGTH), toColumn(item, MAX_VALUE_LENGTH)]),
  )
}

/** Merged into what is there. */
export function mergeMetadata(call: Call): Answer {
  const body = call.json()
  const wanted = isObject(body) ? body.metadata : null
  if (!isObject(wanted)) throw badRequest('Malformed request')
  return write(call, wanted, (metadata) => ({ metadata: Object.fromEntries(metadata) }))
}

/** Takes exactly one key, that of the URL. The value is echoed as it was sent, and stored as text. */
export function putMetadataItem(call: Call): Answer {
  const body = call.json()
  const wanted = isObject(body) ? body.meta : null
  const key = call.params.key ?? ''
  if (!isObject(wanted) || Object.keys(wanted).length !== 1 || !Object.hasOwn(wanted, key))
    throw badRequest('Malformed request')
  return write(call, wanted, () => ({ meta: wanted }))
}

function write(call: Call, wanted: JsonObject, wire: (metadata: Metadata) => unknown): Answer {
  const server = findChangeableServer(call)
  for (const [key, value] of readMetadata(wanted)) server.metadata.set(key, value)
  call.db.touch(server)
  return created(wire(server.metadata))
}

export function deleteMetadataItem(call: Call): Answer {
  const server = findChangeableServer(call)
  if (!server.metadata.delete(call.params.key ?? '')) throw itemNotFound('Metadata key not found.')
  call.db.touch(server)
  return noContent
}
