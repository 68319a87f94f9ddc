import { NetworkInUseError, NetworkNotFoundError } from '../cloud/errors.ts'
import type { Nic } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { readBack, send } from './fate.ts'
import { deadlineOf, lookUntil, type OperationState, type Waiting } from './wait.ts'

/** A network in use is refused by the cloud; the error then names the nics on it. */
export async function deleteNetwork(
  context: OperationContext,
  networkId: string,
  waiting: Waiting,
): Promise<OperationState> {
  const { cloud, graph, waits, signal } = context
  const deadline = deadlineOf(waiting)
  const isGone = async () => (await cloud.network(networkId).catch(nullIfGone)) === null
  try {
    await send({
      write: () => cloud.deleteNetwork(networkId),
      find: async () => ((await isGone()) ? { result: undefined } : null),
      immediate: false,
    })
  } catch (error) {
    throw error instanceof NetworkInUseError ? await withNics(context, error) : error
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
  return done ? 'COMPLETED' : 'PENDING'
}

function nullIfGone(error: unknown): null {
  if (error instanceof NetworkNotFoundError) return null
  throw error
}

/** The same refusal, with the nics to disconnect first, read afresh; without them when they cannot be read. */
async function withNics({ graph }: OperationContext, error: NetworkInUseError): Promise<NetworkInUseError> {
  graph.renew()
  const nics = await readNics(graph, error.networkId).catch(() => null)
  const message =
    nics === null
      ? `${error.message} Which ones could not be read.`
      : nics.length === 0
        ? `${error.message} None is shown: a connection is still being made or undone.`
        : `Network ${error.networkId} still has nics on it: ${nics.map((nic) => nic.id).join(', ')}.`
  return new NetworkInUseError(message, error.networkId, nics ?? [], error)
}

async function readNics(graph: OperationContext['graph'], networkId: string): Promise<readonly Nic[]> {
  const network = await graph.networks.one(networkId)
  return network === null ? [] : graph.nicsOf(network)
}
