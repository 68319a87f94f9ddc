import type { FirewallProfile, Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { isUnknown, readBack, send } from './fate.ts'
import { deadlineOf, lookUntil, type OperationState, type Waiting } from './wait.ts'

/**
 * Sets what the firewall lets through to a server's public nic. The cloud's request names no nic: it acts on the server, and
 * shows at the first nic that has a firewall (Cyclades REST 3.6).
 */
export async function setFirewallProfile(
  { cloud, graph, waits, removals, changed, signal }: OperationContext,
  serverId: string,
  profile: FirewallProfile,
  waiting: Waiting,
): Promise<{ server: Server; state: OperationState }> {
  const deadline = deadlineOf(waiting)
  const isSet = ({ nics }: Server) => nics.find((nic) => nic.firewallProfile !== null)?.firewallProfile === profile
  // Only a change that shows tells that its job has ended, and with it those before it.
  let wasOther = removals.running.until(serverId) !== null && !isSet(await cloud.server(serverId))
  const change = removals.running.changesFirewall(serverId)
  try {
    await send({
      write: () => cloud.setFirewallProfile(serverId, profile),
      find: async () => (isSet(await cloud.server(serverId)) ? { result: undefined } : null),
    })
  } catch (error) {
    if (!isUnknown(error)) change.refused()
    throw error
  }
  graph.renew()
  const { seen: server, done } = await readBack(() =>
    lookUntil({
      look: () => cloud.server(serverId),
      done: (seen) => {
        wasOther ||= !isSet(seen)
        return isSet(seen)
      },
      deadline: waiting.waitUntil === 'COMPLETED' ? deadline : null,
      waits,
      signal,
    }),
  )
  if (done && wasOther) change.seen()
  if (done) changed()
  graph.renew({ servers: [server] })
  return { server, state: done ? 'COMPLETED' : 'PENDING' }
}
