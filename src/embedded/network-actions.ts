/** Connecting and disconnecting: `POST /networks/<id>/action`. */
import { type Answer, accepted, type Call } from './call.ts'
import type { Db, NetworkRow, ServerRow } from './db.ts'
import { badMediaType, badRequest, buildInProgress, itemNotFound, overLimit, unexpectedError } from './faults.ts'
import { checkOneEntry, isObject, isTruthy, type JsonObject, onlyEntry } from './json.ts'
import { findChangeableNetwork } from './networks.ts'
import { addBuildingNic, refreshNics } from './nics.ts'
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
  submitServerJob(call, server, {
    kind: 'connect',
    begin: () => reportMade(db, network),
    end: () => {
      if (network.status === 'DELETED') return
      server.hypervisor.push({ networkId: network.id, mac: db.newMac(network), ipv4 })
      refreshNics(db, server)
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

/** Hypervisors get to know a network when its first server is connected. */
function reportMade(db: Db, network: NetworkRow): void {
  if (network.madeInBackend) return
  network.madeInBackend = true
  db.touch(network)
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
  if (nic.busy) throw buildInProgress('Machine is busy.')
  checkBackend(server)
  for (const row of server.nics) row.busy = true
  submitServerJob(call, server, {
    kind: 'disconnect',
    end: () => {
      const [removed] = server.hypervisor.splice(nic.index, 1)
      // Beyond the end, since the list has shifted: the job ends in error, which refreshes nothing.
      if (!removed) return
      db.macs.delete(removed.mac)
      refreshNics(db, server)
    },
  })
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
