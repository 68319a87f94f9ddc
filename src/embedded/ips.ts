/** `GET /servers/<id>/ips`: the only place where nics still being made show, those of a deleted server too. */
import { type Answer, type Call, ok } from './call.ts'
import { findNetwork } from './networks.ts'
import { wireAddresses, wireAddressMap, wireNic } from './nics.ts'
import { findServer } from './servers.ts'

/** In no promised order: here in that of their making, as the database gives them. */
export function listAddresses(call: Call): Answer {
  const attachments = nicsOf(call)
  return ok({ attachments, addresses: wireAddressMap(attachments) })
}

export function listAddressesOnNetwork(call: Call): Answer {
  const attachments = nicsOf(call)
  const networkId = String(findNetwork(call, call.params.key).id)
  const nic = attachments.findLast(({ network_id }) => network_id === networkId)
  return ok({ network: nic ? { [networkId]: wireAddresses(nic) } : {} })
}

function nicsOf(call: Call) {
  const server = findServer(call)
  return server.nics.map((nic) => wireNic(call.db, server, nic))
}
