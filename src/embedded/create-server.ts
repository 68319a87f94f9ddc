/** Making a server. It cannot choose networks: it gets one nic, on the first public network with a free address. */
import { type Answer, accepted, type Call } from './call.ts'
import type { Db, FlavorRow, NetworkRow, ServerRow } from './db.ts'
import { badRequest, itemNotFound, overLimit } from './faults.ts'
import { isObject, type JsonObject, toColumn } from './json.ts'
import { readMetadata } from './metadata.ts'
import { addBuildingNic } from './nics.ts'
import { randomPassword } from './random.ts'
import { submitServerJob } from './server-jobs.ts'
import { MAX_NAME_LENGTH, wireServer } from './servers.ts'

const MAX_PERSONALITIES = 5
const MAX_PERSONALITY_BYTES = 10_240

export function createServer(call: Call): Answer {
  const { db, userId, links } = call
  const wanted = readBody(call.json())
  checkPersonality(wanted.personality)
  const image = db.images.get(String(wanted.imageRef))
  if (!image) throw itemNotFound()
  const flavor = findFlavor(db, wanted.flavorRef)
  const name = toColumn(wanted.name, MAX_NAME_LENGTH)
  const metadata = readMetadata(wanted.metadata ?? {})
  const [network, ipv4] = takePublicAddress(db)
  const server = addServer(db, { ownerId: userId, name, flavorId: flavor.id, imageId: image.id, metadata })
  server.status = 'BUILD'
  server.buildProgressPercent = 0
  addBuildingNic(server, network, ipv4)
  submitServerJob(call, server, {
    kind: 'create',
    run: () => {
      server.hypervisor.push({ networkId: network.id, mac: db.newMac(network), ipv4 })
      return true
    },
    end: () => {
      server.status = 'ACTIVE'
      server.buildProgressPercent = 100
    },
    fail: () => {
      server.status = 'ERROR'
    },
  })
  const adminPass = randomPassword(db.random)
  return { ...accepted, json: { server: { ...wireServer(db, server, links), adminPass } } }
}

export type NewServer = Pick<ServerRow, 'ownerId' | 'name' | 'flavorId' | 'imageId'> & Partial<ServerRow>

/** A running server without nics. The seed makes its servers here too. */
export function addServer(db: Db, row: NewServer): ServerRow {
  const now = db.now()
  return db.servers.add({
    id: row.id ?? db.servers.newId(),
    status: 'ACTIVE',
    rebooting: false,
    buildProgressPercent: 100,
    suspended: false,
    backendOnline: true,
    metadata: new Map(),
    diagnostics: [],
    nics: [],
    hypervisor: [],
    firewallTag: null,
    removalsUnchecked: 0,
    created: now,
    updated: now,
    ...row,
  })
}

function readBody(body: unknown): JsonObject {
  const wanted = isObject(body) ? body.server : null
  if (!isObject(wanted) || !['name', 'imageRef', 'flavorRef'].every((key) => key in wanted))
    throw badRequest('Malformed request')
  if (!isObject(wanted.metadata ?? {}) || !Array.isArray(wanted.personality ?? []))
    throw badRequest('Malformed request')
  return wanted
}

/** Files to put into the new server: checked and then forgotten, since nothing can be read back. */
function checkPersonality(value: unknown): void {
  const files: unknown[] = Array.isArray(value) ? value : []
  if (files.length > MAX_PERSONALITIES) throw overLimit('Maximum number of personalities exceeded')
  for (const file of files) {
    if (!isObject(file) || typeof file.path !== 'string' || typeof file.contents !== 'string')
      throw badRequest('Malformed personality in request')
    if (Buffer.from(file.contents, 'base64').length > MAX_PERSONALITY_BYTES)
      throw overLimit('Maximum size of personality exceeded')
  }
}

function findFlavor(db: Db, reference: unknown): FlavorRow {
  const isNumber = typeof reference === 'number' || (typeof reference === 'string' && /^\d+$/.test(reference))
  const flavor = isNumber ? db.flavors.get(Number(reference)) : undefined
  if (!flavor || flavor.deleted) throw itemNotFound('Flavor not found.')
  return flavor
}

function takePublicAddress(db: Db): [NetworkRow, string | null] {
  for (const network of db.networks.ownedBy(null)) {
    const ipv4 = network.addresses.take()
    if (ipv4 !== null) return [network, ipv4]
  }
  throw overLimit('Can not allocate IP for new machine. Public networks are full.')
}
