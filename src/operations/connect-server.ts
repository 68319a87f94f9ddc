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
 * nic it made, so the nics that are there before are read first, and the new one is the one with another key.
 */
export async function connectServer(
  { cloud, graph, waits, signal }: OperationContext,
  serverId: string,
  networkId: string,
  waiting: Waiting,
): Promise<Connected> {
  const deadline = deadlineOf(waiting)
  const before = new Set((await cloud.server(serverId)).nics.map((nic) => nic.key))
  const newNic = (server: Server, named: Nic | null) =>
    server.nics.find((nic) => (named ? nic.key === named.key : nic.networkId === networkId && !before.has(nic.key))) ??
    null

  const named = await send<Nic | null>({
    write: () => cloud.connect(serverId, networkId),
    find: async () => {
      const nic = newNic(await cloud.server(serverId), null)
      return nic && { result: nic }
    },
    immediate: false,
  })
  graph.renew()
  const { seen: server } = await readBack(() =>
    lookUntil({
      look: () => cloud.server(serverId),
      done: (seen) => newNic(seen, named) !== null,
      deadline: waiting.waitUntil === 'COMPLETED' ? deadline : null,
      waits,
      signal,
    }),
  )
  const network = await readBack(() => cloud.network(networkId))
  const nic = newNic(server, named)
  graph.renew({ servers: [server], networks: [network] })
  return { server, network, nic, state: nic ? 'COMPLETED' : 'PENDING' }
}
