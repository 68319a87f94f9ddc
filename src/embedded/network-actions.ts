/** Connecting and disconnecting: `POST /networks/<id>/action`. */
import { type Answer, accepted, type Call } from './call.ts'
import type { NetworkRow, ServerRow } from './db.ts'
import { badMediaType, badRequest, buildInProgress, itemNotFound, overLimit, unexpectedError } from './faults.ts'
import { checkOneEntry, isObject, isTruthy, type JsonObject, onlyEntry } from './json.ts'
import { findChangeableNetwork } from './networks.ts'
import { addBuildingNic } from './nics.ts'
import { checkBackend, submitServerJob } from './server-jobs.ts'
import { findServerInBody } from './servers.ts'

const ACTIONS: Readonly<Record<string, (call: Call, network: NetworkRow, args: JsonObject) => void>> = {
  add: connect,
  remove: disconnect,
}

export function networkAction(call: Call): Answer {
  const body = call.json()
  checkOneEntry(body, 'Malformed request.')
  const network = findChangeableNetwork(call, 'modify')
  const [name, args] = onlyEntry(body)
  if (!isObject(args)) throw badRequest('Invalid argument.')
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (!action) throw badRequest('Unknown action.')
  action(call, network, args)
  return accepted
}

/** Neither the server's status nor an earlier connection to the same network is looked at. */
function connect(call: Call, network: NetworkRow, args: JsonObject): void {
  const { db } = call
  if (network.status !== 'ACTIVE') throw buildInProgress('Network not active yet')
  if (!isTruthy(args.serverRef)) throw badRequest('Malformed Request.')
  const server = findServerInBody(call, args.serverRef)
  const ipv4 = takeAddress(network)
  try {
    checkBackend(server)
  } catch (fault) {
    if (ipv4) network.addresses.giveBack(ipv4)
    throw fault
  }
  addBuildingNic(server, network, ipv4)
  if (!network.madeInBackend) makeInBackend(call, server, network)
  submitServerJob(call, server, {
    kind: 'connect',
    run: () => {
      if (network.status === 'DELETED' || !network.madeInBackend) return false
      server.hypervisor.push({ networkId: network.id, mac: db.newMac(network), ipv4 })
      return true
    },
  })
}

/** Null without DHCP, which also sets no limit to the nics. */
function takeAddress(network: NetworkRow): string | null {
  if (!network.dhcp) return null
  const ipv4 = network.addresses.take()
  if (ipv4 === null) throw overLimit('Network is full')
  return ipv4
}

/**
 * Hypervisors get to know a network with its first connect, which takes two jobs more for that (Cyclades REST 11.7). Every
 * event of theirs moves the network's `updated`.
 */
function makeInBackend({ db, jobs }: Call, server: ServerRow, network: NetworkRow): void {
  const queue = `server-${server.id}`
  const touch = () => db.touch(network)
  let isMade = false
  const make = () => {
    touch()
    isMade = true
  }
  const attach = () => {
    touch()
    if (isMade) network.madeInBackend = true
  }
  jobs.submit({ kind: 'createNetwork', queue, begin: touch, end: make, fail: touch })
  jobs.submit({ kind: 'connectNetwork', queue, begin: touch, end: attach, fail: touch })
}

/**
 * The nic is found by server and index alone. Nobody asks whether it is on the network of the URL, so any nic of the
 * server can be removed through any private network, the public nic too (Synnefo 0.14.10 api/actions.py, remove).
 */
function disconnect(call: Call, _network: NetworkRow, args: JsonObject): void {
  const { db } = call
  const [serverId, index] = parseNicId(args.attachment)
  const server = findServerInBody(call, serverId)
  const nic = findNic(server, index)
  if (nic.busy && !isUnchecked(server)) throw buildInProgress('Machine is busy.')
  checkBackend(server)
  for (const row of server.nics) row.busy = true
  submitServerJob(call, server, {
    kind: 'disconnect',
    run: () => {
      const [removed] = server.hypervisor.splice(nic.index, 1)
      // Beyond the end, since the list has shifted.
      if (!removed) return false
      db.macs.delete(removed.mac)
      return true
    },
  })
}

/** Cyclades looks at the flag and sets it without a lock, so those of one moment see it unset (Cyclades REST 11.1). */
function isUnchecked(server: ServerRow): boolean {
  if (server.removalsUnchecked === 0) return false
  server.removalsUnchecked--
  return true
}

/** Only the second and third part count: the prefix is not checked, and what follows is ignored. */
function parseNicId(attachment: unknown): [serverId: string, index: string] {
  if (typeof attachment !== 'string') throw badRequest('Malformed Request')
  const [, serverId, index] = attachment.split('-')
  if (serverId === undefined || index === undefined) throw badRequest('Malformed Network Interface Id')
  if (serverId === '' || index === '') throw badRequest('Malformed Request.')
  return [serverId, index]
}

function findNic(server: ServerRow, index: string) {
  if (!/^\d+$/.test(index)) throw unexpectedError()
  const [nic, ...others] = server.nics.filter((row) => row.index === Number(index))
  if (!nic) throw itemNotFound('NIC not found on VM')
  if (others.length > 0) throw badMediaType('NIC index conflict on VM')
  return nic
}
