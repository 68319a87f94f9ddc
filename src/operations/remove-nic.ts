import { BusyError, NicMismatchError } from '../cloud/errors.ts'
import type { Nic, Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { isUnknown, readBack, send } from './fate.ts'
import { type Look, lookAtNics, lookAtServer } from './looks.ts'
import type { Standing } from './sent-removal.ts'
import { type Deadline, lookUntil } from './wait.ts'

export interface Rename {
  readonly from: string
  readonly to: string
  readonly nic: Nic
}

/**
 * The server's nics once no earlier removal of ours runs on it any more. Throws BusyError at the deadline; but for attempts of
 * the same caller at removing the same nics, which it need not wait for twice: if they still run, the cloud refuses.
 */
export async function nicsAtRest(
  context: OperationContext,
  serverId: string,
  toRemove: readonly Nic[],
  deadline: Deadline,
): Promise<Standing> {
  const { caller, waits, removals, signal } = context
  const wanted = { caller, keys: new Set(toRemove.map(({ key }) => key)) }
  const look = async () => {
    const now = await lookAtNics(context, serverId)
    return { now, until: removals.running.until(serverId, wanted) }
  }
  // The first look fails at once, as that of any other mutation does; only our own removals are worth waiting for.
  const first = await look()
  if (first.until === null) return first.now
  const { seen, done } = await lookUntil({ look, done: ({ until }) => until === null, deadline, waits, signal })
  if (done) return seen.now
  for (const nic of toRemove) removals.running.gaveUp(nic, caller)
  const until = removals.running.until(serverId, wanted)
  if (until === null) return seen.now
  throw busyUntil(`An earlier removal on server ${serverId} has not finished in time.`, until)
}

/** That a removal which may still be running keeps others waiting, and until when; null: nobody knows. */
export function busyUntil(message: string, until: number | null): BusyError {
  if (until === null) return new BusyError(message)
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1000))
  const at = new Date(until).toISOString()
  return new BusyError(`${message} It is waited for until ${at} at the latest.`, { retryAfterSeconds: seconds })
}

/**
 * Removes one nic that has just been looked at, in turn with other removals on that server, and compares the keys
 * afterwards. Without a deadline it looks once; `done` tells whether the nic is gone.
 */
export async function removeNic(
  context: OperationContext,
  nic: Nic,
  before: Standing,
  deadline: Deadline | null,
): Promise<Look & { done: boolean }> {
  const { cloud, graph, caller, waits, removals, connects, changed, signal } = context
  const { serverId } = nic
  const hasGone = ({ server }: Look) => !server.nics.some(({ key }) => key === nic.key)
  const look = () => lookAtServer(context, serverId)
  const sending = removals.running.sending({ nic, caller, before })
  const connecting = () => connects.underWay(serverId, before)
  try {
    await send({
      write: () => cloud.disconnect(nic),
      find: async () => (hasGone(await look()) ? { result: undefined } : null),
    })
  } catch (error) {
    if (isUnknown(error)) sending.unknown(connecting())
    else sending.refused()
    throw error
  }
  sending.accepted(connecting())
  graph.renew()
  const { seen, done } = await readBack(() => lookUntil({ look, done: hasGone, deadline, waits, signal }))
  if (done) changed()
  else if (deadline) removals.running.gaveUp(nic, caller)
  // Of one that may still be running nobody knows yet which nic it takes.
  if (done ? sending.isRepeated : sending.isOver) refuseWrongOne(nic, before.nics, seen.server)
  return { ...seen, done }
}

/**
 * Renumbered behind our back between the look and the request, the id meant another nic: that is told, not hidden. So is what a
 * repeated removal took because the earlier one ended in that moment.
 */
function refuseWrongOne(nic: Nic, before: readonly Nic[], server: Server): void {
  const left = new Set(server.nics.map(({ key }) => key))
  const lost = before.filter(({ key }) => key !== nic.key && !left.has(key))
  if (lost.length === 0) return
  const names = lost.map(({ key, networkId }) => `${key} on network ${networkId}`).join(', ')
  const standing = server.nics.find(({ key }) => key === nic.key) ?? null
  const what = standing ? 'still stands, and' : 'has gone by an earlier removal, and'
  throw new NicMismatchError(
    `Nic ${nic.key}, which was to be removed, ${what} ${names} went instead: ` +
      'something else changed the server in the same moment.',
    standing,
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
