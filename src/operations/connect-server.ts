import { CloudUnavailableError } from '../cloud/errors.ts'
import type { Network, Nic, Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { readBack, send } from './fate.ts'
import { deadlineOf, lookUntil, type OperationState, type Waiting } from './wait.ts'

interface Connected {
  readonly server: Server
  readonly network: Network
  /** Null while PENDING. */
  readonly nic: Nic | null
  readonly state: OperationState
}

/**
 * Joins a server to a network by a new nic. Not idempotent: the same pair may be joined twice. Cyclades does not say which
 * nic it made, so the nics that are there before are read first, and the new one is one with another key that no other
 * answer has told yet.
 */
export async function connectServer(
  { cloud, caller, graph, waits, connects, told, removals, changed, signal }: OperationContext,
  serverId: string,
  networkId: string,
  waiting: Waiting,
): Promise<Connected> {
  const deadline = deadlineOf(waiting)
  const connect = connects.started(serverId, networkId, caller)
  const before = await cloud.server(serverId)
  const known = new Set(before.nics.map(({ key }) => key))
  connect.sending(before.nics.filter((nic) => nic.networkId === networkId).length)
  let ours: string | null = null
  const isOurs = ({ key, networkId: on }: Nic) =>
    key === ours || (!ours && on === networkId && !known.has(key) && told.claim(key))
  const newNic = (server: Server) => {
    const nic = server.nics.find(isOurs) ?? null
    ours = nic?.key ?? ours
    return nic
  }

  try {
    const named = await send<Nic | null>({
      write: () => cloud.connect(serverId, networkId),
      find: async () => {
        const server = await cloud.server(serverId)
        // Of several connects under way nobody knows which one has made it.
        const nic = connect.isOnly() ? newNic(server) : null
        return nic && { result: nic }
      },
    })
    ours = named?.key ?? ours
  } catch (error) {
    if (error instanceof CloudUnavailableError && error.outcome === 'UNKNOWN') connect.unknown()
    else connect.ended()
    throw error
  }
  graph.renew()
  const { seen: server } = await readBack(() =>
    lookUntil({
      look: () => cloud.server(serverId),
      done: (seen) => newNic(seen) !== null,
      deadline: waiting.waitUntil === 'COMPLETED' ? deadline : null,
      waits,
      signal,
    }),
  )
  const nic = newNic(server)
  if (nic) {
    // A server's jobs run one after another: what was accepted before this connect is over, one way or the other.
    if (connect.alone) removals.running.ended(serverId, connect.at)
    connect.ended()
    changed()
  }
  const network = await readBack(() => cloud.network(networkId))
  graph.renew({ servers: [server], networks: [network] })
  return { server, network, nic, state: nic ? 'COMPLETED' : 'PENDING' }
}
