import {
  BusyError,
  InvalidInputError,
  NetworkNotFoundError,
  NicMismatchError,
  NicNotFoundError,
  PublicNetworkError,
} from '../cloud/errors.ts'
import type { Nic, NicsNow, Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { lookAtNics } from './looks.ts'
import { nicsAtRest, type Rename, removeNic, renames } from './remove-nic.ts'
import { deadlineOf, type OperationState, type Waiting } from './wait.ts'

const MAC_ADDRESS = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i

/** A nic as the caller names it: by the cloud's current id or by stable key, in its one spelling; `given` is what was sent. */
export type NicName = { readonly given: string } & ({ readonly id: string } | { readonly key: string })

export interface Expected {
  readonly networkId: string | null
  readonly macAddress: string | null
}

interface Disconnected {
  /** As it was when the operation began. */
  readonly nic: Nic
  readonly server: Server
  /** Empty while PENDING. */
  readonly renamed: readonly Rename[]
  readonly state: OperationState
}

/**
 * Removes one nic. The cloud removes whatever bears the id when the request comes in, through any network, and cannot give
 * a public nic back (Cyclades REST 6.3). So: look which nic bears the id, and refuse what is not meant; then, in turn with
 * other removals on that server, look what the cloud calls that nic by then, send, and compare the keys afterwards.
 */
export async function disconnectNic(
  context: OperationContext,
  name: NicName,
  expected: Expected,
  waiting: Waiting,
): Promise<Disconnected> {
  const { graph, removals, signal } = context
  if (expected.macAddress !== null && !MAC_ADDRESS.test(expected.macAddress)) {
    throw new InvalidInputError('expectMacAddress must be a MAC address such as aa:00:1a:90:3f:42.', [
      'input',
      'expectMacAddress',
    ])
  }
  const deadline = deadlineOf(waiting)
  // Before the queue: ids move while it waits there, and only callers to whom the cloud shows the server may wait for it.
  const nic = await find(context, name)
  refuseUnexpected(nic, expected)
  await refusePublic(context, nic)
  const { serverId } = nic

  return removals.inTurn(serverId, { deadline, signal }, async () => {
    const before = await nicsAtRest(context, serverId, [nic], deadline)
    const today = before.nics.find(({ key }) => key === nic.key)
    if (!today) throw await notFound(context, name, serverId, before)

    const lookFor = waiting.waitUntil === 'COMPLETED' ? deadline : null
    const { server, done } = await removeNic(context, today, before, lookFor).catch((error) => {
      throw error instanceof NetworkNotFoundError ? networkGone(today, error) : error
    })
    graph.renew({ servers: [server] })
    return {
      nic,
      server,
      renamed: done ? renames(before.nics, server.nics) : [],
      state: done ? 'COMPLETED' : 'PENDING',
    }
  })
}

const isNamed = (nic: Nic, name: NicName) => ('key' in name ? nic.key === name.key : nic.id === name.id)

/** The nic that bore that name when the request came. */
async function find(context: OperationContext, name: NicName): Promise<Nic> {
  const { cloud, ids, removals, arrivedAt } = context
  const serverId = 'id' in name ? ids.serverIdOfNic(name.id) : null
  if (serverId === null) {
    const nic = (await cloud.servers()).flatMap(({ nics }) => nics).find((candidate) => isNamed(candidate, name))
    if (nic) return nic
    throw new NicNotFoundError(`There is no nic ${name.given}: it is gone, or was never yours.`, name.given, null)
  }
  const now = await lookAtNics(context, serverId)
  const key = 'key' in name ? name.key : removals.running.keyAt(serverId, name.id, arrivedAt, now.nics)
  if (key === 'moved') {
    throw new BusyError(
      `An earlier removal has just moved the ids of server ${serverId}'s nics, and ${name.given} may mean one or another. ` +
        'Look at them again, or name the nic by its global id.',
    )
  }
  const nic = now.nics.find((candidate) => candidate.key === key)
  if (nic) return nic
  if ('id' in name && now.building.some(({ id }) => id === name.id)) {
    // The cloud would take the request, and apply an index that may have moved by then (Cyclades REST 6.4).
    throw new BusyError(`Nic ${name.id} is still being connected.`)
  }
  throw await notFound({ cloud }, name, serverId, now)
}

/** That the server, or its nic of that name, is not there. */
async function notFound(
  { cloud }: Pick<OperationContext, 'cloud'>,
  name: NicName,
  serverId: string,
  { nics }: NicsNow,
): Promise<NicNotFoundError> {
  // A deleted server answers with no nics; then it is the server that is not there.
  if (nics.length === 0) await cloud.server(serverId)
  const has = nics.map(({ id, networkId }) => `${id} on network ${networkId}`).join(', ')
  return new NicNotFoundError(
    `Server ${serverId} has no nic ${name.given} now; it has ${has || 'no nics'}. ` +
      "When a nic is removed, the ids of the server's later nics move down by one.",
    'id' in name ? name.id : name.given,
    serverId,
  )
}

function refuseUnexpected(nic: Nic, expected: Expected): void {
  const { networkId, macAddress } = expected
  if (networkId !== null && nic.networkId !== networkId) {
    throw new NicMismatchError(`Nic ${nic.id} is on network ${nic.networkId} now, not on ${networkId}.`, nic)
  }
  if (macAddress !== null && nic.macAddress?.toLowerCase() !== macAddress.toLowerCase()) {
    throw new NicMismatchError(`Nic ${nic.id} has the MAC address ${nic.macAddress} now, not ${macAddress}.`, nic)
  }
}

/** The cloud refuses only when asked through the public network's own URL, and cannot give a public nic back. */
async function refusePublic({ cloud }: OperationContext, nic: Nic): Promise<void> {
  const network = await cloud.network(nic.networkId).catch((error) => {
    throw error instanceof NetworkNotFoundError ? networkGone(nic, error) : error
  })
  if (!network.public) return
  throw new PublicNetworkError(
    `Nic ${nic.id} is on the public network ${network.id}: removed, it could not be had back.`,
    network.id,
  )
}

/** The network is the nic's, not the caller's: it is the nic that is no longer there. */
function networkGone({ id, networkId, serverId }: Nic, error: NetworkNotFoundError): NicNotFoundError {
  return new NicNotFoundError(`Nic ${id} is on network ${networkId}, which is not there any more.`, id, serverId, error)
}
