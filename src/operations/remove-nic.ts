import { BusyError, CloudUnavailableError, NicMismatchError } from '../cloud/errors.ts'
import type { Nic, NicsNow, Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { readBack, send } from './fate.ts'
import { type Deadline, lookUntil } from './wait.ts'

export interface Rename {
  readonly from: string
  readonly to: string
  readonly nic: Nic
}

/** The server's nics once no earlier removal of ours runs on it any more. Throws BusyError at the deadline. */
export async function nicsAtRest(
  { cloud, waits, removals, connects, signal }: OperationContext,
  serverId: string,
  deadline: Deadline,
): Promise<NicsNow> {
  // The first look fails at once, as that of any other mutation does; only our own removals are worth waiting for.
  const now = await cloud.nicsNow(serverId)
  connects.seen(serverId, now.nics)
  if (!removals.stillRunning(serverId, now.nics)) return now
  const { seen, done } = await lookUntil({
    look: () => cloud.nicsNow(serverId),
    done: ({ nics }) => !removals.stillRunning(serverId, nics),
    deadline,
    waits,
    signal,
  })
  if (done) return seen
  throw new BusyError(`An earlier removal on server ${serverId} has not finished in time.`)
}

/**
 * Removes one nic that has just been looked at, in turn with other removals on that server, and compares the keys
 * afterwards. Without a deadline it looks once; `done` tells whether the nic is gone.
 */
export async function removeNic(
  { cloud, graph, waits, removals, changed, signal }: OperationContext,
  nic: Nic,
  before: readonly Nic[],
  deadline: Deadline | null,
): Promise<{ server: Server; done: boolean }> {
  const { serverId } = nic
  const hasGone = (server: Server) => !server.nics.some(({ key }) => key === nic.key)
  removals.sending(serverId, before)
  try {
    await send({
      write: () => cloud.disconnect(nic),
      find: async () => (hasGone(await cloud.server(serverId)) ? { result: undefined } : null),
    })
  } catch (error) {
    if (error instanceof CloudUnavailableError && error.outcome === 'UNKNOWN')
      removals.accepted(serverId, nic.key, false)
    throw error
  }
  removals.accepted(serverId, nic.key)
  graph.renew()
  const { seen: server, done } = await readBack(() =>
    lookUntil({ look: () => cloud.server(serverId), done: hasGone, deadline, waits, signal }),
  )
  removals.stillRunning(serverId, server.nics)
  if (done) changed()
  else refuseWrongOne(nic, before, server)
  return { server, done }
}

/** Renumbered behind our back between the look and the request, the id meant another nic: that is told, not hidden. */
function refuseWrongOne(nic: Nic, before: readonly Nic[], server: Server): void {
  const left = new Set(server.nics.map(({ key }) => key))
  const lost = before.filter(({ key }) => key !== nic.key && !left.has(key))
  if (lost.length === 0) return
  const names = lost.map(({ key, networkId }) => `${key} on network ${networkId}`).join(', ')
  throw new NicMismatchError(
    `Nic ${nic.key}, which was to be removed, still stands, and ${names} went instead: ` +
      'something else changed the server in the same moment.',
    server.nics.find(({ key }) => key === nic.key) ?? null,
  )
}

/** The nics that the cloud calls by another id than before. */
export function renames(before: readonly Nic[], after: readonly Nic[]): Rename[] {
  const from = new Map(before.map(({ key, id }) => [key, id]))
  return after.flatMap((nic) => {
    const old = from.get(nic.key)
    return old === undefined || old === nic.id ? [] : [{ from: old, to: nic.id, nic }]
  })
}
