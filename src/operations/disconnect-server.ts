import { BusyError, NicNotFoundError, NotConnectedError, PublicNetworkError } from '../cloud/errors.ts'
import type { Network, Nic, NicsNow, Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { readBack } from './fate.ts'
import { type Rename, renames } from './remove-nic.ts'
import { partlyDone, RemovalStopped, removeNics } from './remove-nics.ts'
import { deadlineOf, type OperationState, type Waiting } from './wait.ts'

interface Disconnected {
  readonly server: Server
  readonly network: Network
  /** As they were when the operation began, by index. */
  readonly nics: readonly Nic[]
  /** Empty while PENDING. */
  readonly renamed: readonly Rename[]
  readonly state: OperationState
}

/**
 * Removes every nic between a server and a network. All but the last are waited for in both modes, within the deadline,
 * because a removal moves the ids of the nics behind it.
 */
export async function disconnectServer(
  context: OperationContext,
  serverId: string,
  networkId: string,
  waiting: Waiting,
): Promise<Disconnected> {
  const { cloud, graph } = context
  const deadline = deadlineOf(waiting)
  if ((await cloud.network(networkId)).public) {
    throw new PublicNetworkError(
      `Network ${networkId} is public: its nics, once removed, could not be had back.`,
      networkId,
    )
  }
  try {
    const { planned, before, server, done } = await removeNics(
      context,
      serverId,
      (now) => nicsBetween(now, serverId, networkId),
      deadline,
      waiting.waitUntil === 'COMPLETED' ? deadline : null,
    )
    if (planned.length === 0) throw new NotConnectedError(serverId, networkId)
    const network = await readBack(() => cloud.network(networkId))
    graph.renew({ servers: [server], networks: [network] })
    const renamed = done ? renames(before, server.nics) : []
    return { server, network, nics: planned, renamed, state: done ? 'COMPLETED' : 'PENDING' }
  } catch (error) {
    if (!(error instanceof RemovalStopped)) throw error
    if (error.reason instanceof NicNotFoundError && error.removed.length === 0) {
      throw new NotConnectedError(serverId, networkId, error.reason)
    }
    throw partlyDone(networkId, error.planned, error.removed, error.reason)
  }
}

function nicsBetween({ nics, building }: NicsNow, serverId: string, networkId: string): Nic[] {
  const between = nics.filter((nic) => nic.networkId === networkId)
  if (between.length > 0) return between
  if (building.some((nic) => nic.networkId === networkId)) {
    throw new BusyError(`Server ${serverId} is still being connected to network ${networkId}.`)
  }
  throw new NotConnectedError(serverId, networkId)
}
