import ipaddr from 'ipaddr.js'
import { InvalidInputError } from '../cloud/errors.ts'
import type { Network, NetworkSpec } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { send } from './fate.ts'
import { checkName } from './network-name.ts'
import { deadlineOf, lookUntil, type OperationState, type Waiting } from './wait.ts'

/**
 * Refuses, before asking: a blank or long name, and a cidr or gateway that is no such thing. How large a network may be
 * and whether the gateway lies in it is the cloud's to judge.
 */
export async function createNetwork(
  { cloud, graph, waits, told, signal }: OperationContext,
  spec: NetworkSpec,
  waiting: Waiting,
): Promise<{ network: Network; state: OperationState }> {
  check(spec)
  const deadline = deadlineOf(waiting)
  const started = performance.now()
  const created = await send({
    write: () => cloud.createNetwork(spec),
    find: async () => {
      const made = (await cloud.networksMadeSince(started)).filter(
        (network) => isMadeFrom(network, spec) && !told.has(network.id),
      )
      if (made.length > 1) throw new Error('several networks fit')
      return made[0] ? { result: made[0] } : null
    },
    immediate: true,
  })
  told.claim(created.id)
  graph.renew({ networks: [created] })
  if (created.status === 'ACTIVE') return { network: created, state: 'COMPLETED' }

  // Cyclades never gets here: its networks are active at once (Cyclades REST 5.1).
  const { seen: network, done } = await lookUntil({
    look: () => cloud.network(created.id),
    done: (seen) => seen.status !== 'PENDING',
    deadline: waiting.waitUntil === 'COMPLETED' ? deadline : null,
    waits,
    signal,
  })
  graph.renew({ networks: [network] })
  return { network, state: done ? 'COMPLETED' : 'PENDING' }
}

function check({ name, cidr, cidr6, gateway, gateway6 }: NetworkSpec): void {
  checkName(name)
  if (cidr !== null && !isNetworkAddress(cidr, ipaddr.IPv4))
    throw notA('an IPv4 network without host bits, such as 192.168.1.0/24', 'cidr')
  if (gateway !== null && !ipaddr.IPv4.isValidFourPartDecimal(gateway)) throw notA('an IPv4 address', 'gateway')
  if (cidr6 !== null && !isNetworkAddress(cidr6, ipaddr.IPv6))
    throw notA('an IPv6 network without host bits, such as fd00::/64', 'cidr6')
  if (gateway6 !== null && !isIPv6(gateway6)) throw notA('an IPv6 address', 'gateway6')
}

/** Without a zone, which means something on one host only. */
const isIPv6 = (text: string) => ipaddr.IPv6.isValid(text) && !text.includes('%')

/** A prefix in canonical form whose host bits are zero. */
function isNetworkAddress(text: string, family: typeof ipaddr.IPv4 | typeof ipaddr.IPv6): boolean {
  if (!family.isValidCIDR(text) || text.includes('%')) return false
  const [address] = text.split('/', 1)
  if (family === ipaddr.IPv4 && !ipaddr.IPv4.isValidFourPartDecimal(address ?? '')) return false
  const [given] = family.parseCIDR(text)
  return given.toString() === family.networkAddressFromCIDR(text).toString()
}

function notA(what: string, field: string): InvalidInputError {
  return new InvalidInputError(`${field} must be ${what}.`, ['input', field])
}

/** Names are not unique, so only one made since, and told by no other answer, is taken for ours. */
function isMadeFrom(network: Network, spec: NetworkSpec): boolean {
  if (network.name !== spec.name || network.type !== spec.type || network.nicRefs.length > 0) return false
  return spec.cidr === null || network.cidr === spec.cidr
}
