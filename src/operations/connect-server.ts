import { InvalidInputError, NetworkNotFoundError } from '../cloud/errors.ts'
import type { Network, Nic, Server } from '../cloud/model.ts'
import { isIPv6Range } from './addresses.ts'
import type { OperationContext } from './context.ts'
import { isUnknown, readBack, send } from './fate.ts'
import { lookAtServer } from './looks.ts'
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
 * answer has told yet and no earlier connect of that pair is still to make.
 */
export async function connectServer(
  context: OperationContext,
  serverId: string,
  networkId: string,
  waiting: Waiting,
): Promise<Connected> {
  const { cloud, caller, graph, waits, connects, told, changed, signal } = context
  const deadline = deadlineOf(waiting)
  const connect = connects.started(serverId, networkId, caller)
  const refused = refuseFreezing(context, networkId)
  refused.catch(() => {}) // it is told after what is wrong with the server
  const before = await cloud.server(serverId)
  await refused
  connect.sending(before.nics)
  let ours: string | null = null
  const isOurs = (nic: Nic) =>
    nic.key === ours || (!ours && nic.networkId === networkId && !connect.isOthers(nic) && told.claim(nic.key))
  const newNic = (nics: readonly Nic[]) => {
    const nic = nics.find(isOurs) ?? null
    ours = nic?.key ?? ours
    return nic
  }

  try {
    const named = await send<Nic | null>({
      write: () => cloud.connect(serverId, networkId),
      find: async () => {
        const { server } = await lookAtServer(context, serverId)
        // Of several connects under way nobody knows which one has made it.
        const nic = connect.isOnly() ? newNic(server.nics) : null
        return nic && { result: nic }
      },
    })
    ours = named?.key ?? ours
  } catch (error) {
    if (isUnknown(error)) connect.unknown()
    else connect.refused()
    throw error
  }
  connect.accepted()
  graph.renew()
  const { seen } = await readBack(() =>
    lookUntil({
      look: () => lookAtServer(context, serverId),
      done: ({ server }) => newNic(server.nics) !== null,
      deadline: waiting.waitUntil === 'COMPLETED' ? deadline : null,
      waits,
      signal,
    }),
  )
  const { server } = seen
  const nic = newNic(server.nics)
  if (nic) changed()
  else if (waiting.waitUntil === 'COMPLETED') connect.gaveUp()
  const network = await readBack(() => cloud.network(networkId))
  graph.renew({ servers: [server], networks: [network] })
  return { server, network, nic, state: nic ? 'COMPLETED' : 'PENDING' }
}

/** A network that another program has made so. */
async function refuseFreezing({ cloud }: OperationContext, networkId: string): Promise<void> {
  const { cidr6 } = await cloud.network(networkId).catch((error) => {
    if (error instanceof NetworkNotFoundError) return { cidr6: null } // the cloud refuses it itself
    throw error
  })
  if (cidr6 === null || isIPv6Range(cidr6)) return
  throw new InvalidInputError(
    `Network ${networkId} has the IPv6 range ${cidr6}, which is no /64: the cloud would show no change of the server's nics any more.`,
    ['input', 'networkId'],
  )
}
