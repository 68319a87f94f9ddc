import { type CloudUnavailableError, InvalidInputError } from '../cloud/errors.ts'
import { compareIds, type Network, type NetworkSpec } from '../cloud/model.ts'
import { isIPv4, isIPv4Range, isIPv6, isIPv6Range } from './addresses.ts'
import type { OperationContext } from './context.ts'
import { isUnknown, readBack } from './fate.ts'
import { checkName } from './network-name.ts'
import { deadlineOf, lookUntil, type OperationState, type Waiting } from './wait.ts'

/**
 * Refuses, before asking: a blank or long name, and a cidr or gateway that is no such thing. How large a network may be
 * and whether the gateway lies in it is the cloud's to judge.
 */
export async function createNetwork(
  context: OperationContext,
  spec: NetworkSpec,
  waiting: Waiting,
): Promise<{ network: Network; state: OperationState }> {
  const { cloud, graph, waits, told, changed, signal } = context
  check(spec)
  const deadline = deadlineOf(waiting)
  const created = await cloud.createNetwork(spec).catch(async (error) => {
    if (!isUnknown(error)) throw error
    throw await withCandidates(context, spec, error)
  })
  told.claim(created.id)
  graph.renew({ networks: [created] })
  if (created.status === 'ACTIVE') return { network: created, state: 'COMPLETED' }

  // Cyclades never gets here: its networks are active at once (Cyclades REST 5.1).
  const { seen: network, done } = await readBack(
    () =>
      lookUntil({
        look: () => cloud.network(created.id),
        done: (seen) => seen.status !== 'PENDING',
        deadline: waiting.waitUntil === 'COMPLETED' ? deadline : null,
        waits,
        signal,
      }),
    // The mutation has no such error: what it has made, somebody has deleted.
    () => false,
  )
  if (done) changed()
  graph.renew({ networks: [network] })
  return { network, state: done ? 'COMPLETED' : 'PENDING' }
}

function check({ name, cidr, cidr6, gateway, gateway6 }: NetworkSpec): void {
  checkName(name)
  if (cidr !== null && !isIPv4Range(cidr))
    throw notA('an IPv4 network without host bits, such as 192.168.1.0/24', 'cidr')
  if (gateway !== null && !isIPv4(gateway)) throw notA('an IPv4 address', 'gateway')
  if (cidr6 !== null && !isIPv6Range(cidr6))
    throw notA('an IPv6 network of 64 bits without host bits, such as fd00::/64', 'cidr6')
  if (gateway6 !== null && !isIPv6(gateway6)) throw notA('an IPv6 address', 'gateway6')
}

function notA(what: string, field: string): InvalidInputError {
  return new InvalidInputError(`${field} must be ${what}.`, ['input', field])
}

/**
 * The same error, with the networks that may be the new one; without them when they cannot be read. None of them is told as the
 * success: anybody may have made it, since names are not unique, and clocks that disagree make an older one look younger.
 */
async function withCandidates(
  { cloud, graph, told }: OperationContext,
  spec: NetworkSpec,
  error: CloudUnavailableError,
): Promise<CloudUnavailableError> {
  const networks = await cloud.networks().catch(() => null)
  if (networks === null) return error
  const candidates = networks
    .filter((network) => isMadeFrom(network, spec) && !told.has(network.id))
    .sort((a, b) => compareIds(b.id, a.id))
  graph.renew({ networks: candidates })
  return error.withCandidates(candidates)
}

function isMadeFrom(network: Network, spec: NetworkSpec): boolean {
  if (network.public || network.nicRefs.length > 0) return false
  if (network.name !== spec.name || network.type !== spec.type) return false
  return spec.cidr === null || network.cidr === spec.cidr
}
