import {
  BusyError,
  DomainError,
  NetworkInUseError,
  NetworkNotFoundError,
  NicNotFoundError,
  PublicNetworkError,
  ServerNotFoundError,
} from '../cloud/errors.ts'
import { compareIds, type Nic } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { isUnknown, readBack, send } from './fate.ts'
import { busyUntil } from './remove-nic.ts'
import { partlyDone, RemovalStopped, removeNics } from './remove-nics.ts'
import { type Deadline, deadlineOf, lookUntil, type OperationState, type Waiting } from './wait.ts'

/** How many servers lose their nics at the same time: enough to use the cloud's parallelism, too few to flood it. */
const SERVERS_AT_ONCE = 4

interface Deleted {
  /** The nics removed before, as they were when the operation began, by server, then index. */
  readonly disconnected: readonly Nic[]
  readonly state: OperationState
}

/**
 * Deletes a network. One in use is refused by the cloud, and the error then names the nics on it; or, asked to, its nics are
 * removed first, which is waited for in both modes: the cloud refuses the delete until they are gone. Stopped after at least
 * one removal it rejects with PartlyDoneError.
 */
export async function deleteNetwork(
  context: OperationContext,
  networkId: string,
  { disconnectNics, ...waiting }: Waiting & { readonly disconnectNics: boolean },
): Promise<Deleted> {
  const { cloud, graph, waits, changed, signal } = context
  const deadline = deadlineOf(waiting)
  const disconnected = disconnectNics ? await disconnectAll(context, networkId, deadline) : []
  const isGone = async () => (await cloud.network(networkId).catch(nullIfGone)) === null
  try {
    await send({
      write: () => cloud.deleteNetwork(networkId),
      find: async () => ((await isShownDeleted(context, networkId)) ? { result: undefined } : null),
    })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const reason = error instanceof NetworkInUseError ? await withNics(context, error) : error
    throw partlyDone(networkId, disconnected, disconnected, reason)
  }
  graph.renew()
  // A network that ever had a nic stays listed, and active, until its job has ended (Cyclades REST 5.1).
  const { done } = await readBack(() =>
    lookUntil({
      look: isGone,
      done: (gone) => gone,
      deadline: waiting.waitUntil === 'COMPLETED' ? deadline : null,
      waits,
      signal,
    }),
  )
  if (done) changed()
  return { disconnected, state: done ? 'COMPLETED' : 'PENDING' }
}

/** And not only unknown to this caller, to whom it may never have been shown: a fault tells no more than that. */
async function isShownDeleted({ cloud }: OperationContext, networkId: string): Promise<boolean> {
  const error = await cloud.network(networkId).catch((error) => error)
  if (error instanceof NetworkNotFoundError) return error.fault === null
  if (error instanceof Error) throw error
  return false
}

function nullIfGone(error: unknown): null {
  if (error instanceof NetworkNotFoundError) return null
  throw error
}

/** Removes every nic on the network and answers them; several servers side by side, the nics of each one by one. */
async function disconnectAll(context: OperationContext, networkId: string, deadline: Deadline): Promise<Nic[]> {
  const { cloud, graph } = context
  const network = await cloud.network(networkId)
  if (network.public) {
    throw new PublicNetworkError(`Network ${networkId} is public: only administrators can delete it.`, networkId)
  }
  graph.renew({ networks: [network] })
  const planned = [...(await graph.nicsOf(network))]
  const queue = [...new Set(planned.map(({ serverId }) => serverId))]
  const removed: Nic[] = []
  let reason: DomainError | null = null

  const work = async () => {
    for (let serverId = queue.shift(); serverId !== undefined && !reason; serverId = queue.shift()) {
      try {
        const all = await removeAllOf(context, serverId, networkId, deadline)
        removed.push(...all)
      } catch (error) {
        if (error instanceof RemovalStopped) removed.push(...error.removed)
        const stoppedBy = error instanceof RemovalStopped ? error.reason : error
        if (!(stoppedBy instanceof DomainError)) throw error
        if (stoppedBy instanceof ServerNotFoundError) continue // its nics went with it
        // A nic that the cloud does not know and yet shows: somebody else is changing that server.
        const told = stoppedBy instanceof NicNotFoundError ? new BusyError(stoppedBy.message, stoppedBy) : stoppedBy
        // That something may have been done is not hidden by what was not.
        if (!reason || (isUnknown(told) && !isUnknown(reason))) reason = told
      }
    }
  }
  await Promise.all(Array.from({ length: SERVERS_AT_ONCE }, work))
  const known = new Set(planned.map(({ key }) => key))
  // With those that were connected after the look.
  const all = [...planned, ...removed.filter(({ key }) => !known.has(key))].sort(byServer)
  if (reason) throw partlyDone(networkId, all, removed, reason)
  return all
}

const byServer = (a: Nic, b: Nic) => compareIds(a.serverId, b.serverId) || a.index - b.index

/** Until all of them are gone: at the deadline it rejects. */
async function removeAllOf(context: OperationContext, serverId: string, networkId: string, deadline: Deadline) {
  const ofNetwork = (nic: Nic) => nic.networkId === networkId
  const { planned, done } = await removeNics(
    context,
    serverId,
    ({ nics }) => nics.filter(ofNetwork),
    deadline,
    deadline,
  )
  if (done) return planned
  const last = planned[0]
  const until = context.removals.running.until(serverId)
  const reason = busyUntil(`The removal of nic ${last?.id} has not finished in time.`, until)
  throw new RemovalStopped(planned, planned.slice(1), reason)
}

/** The same refusal, with the nics to disconnect first, read afresh; without them when they cannot be read. */
async function withNics({ graph }: OperationContext, error: NetworkInUseError): Promise<NetworkInUseError> {
  graph.renew()
  const nics = await readNics(graph, error.networkId).catch(() => null)
  if (nics?.length) return NetworkInUseError.by(error.networkId, nics, error)
  const why = nics ? 'None is shown: a connection is still being made or undone.' : 'Which ones could not be read.'
  return new NetworkInUseError(`${error.message} ${why}`, error.networkId, [], error)
}

async function readNics(graph: OperationContext['graph'], networkId: string): Promise<readonly Nic[]> {
  const network = await graph.networks.one(networkId)
  return network === null ? [] : graph.nicsOf(network)
}
