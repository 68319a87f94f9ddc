import { DomainError, NicMismatchError, NicNotFoundError, PartlyDoneError } from '../cloud/errors.ts'
import type { Nic, NicsNow, Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { type Look, lookAtNics, lookAtServer } from './looks.ts'
import { busyUntil, nicsAtRest, removeNic } from './remove-nic.ts'
import type { Standing } from './sent-removal.ts'
import type { Deadline } from './wait.ts'

export interface Removal {
  /** All that were to go and still there when the turn had come, as they were at the beginning, by index. */
  readonly planned: readonly Nic[]
  /** All nics of the server when the turn had come. */
  readonly before: readonly Nic[]
  /** As it was seen last. */
  readonly server: Server
  /** False when the last of them was accepted and still shows. */
  readonly done: boolean
}

/** What stopped a removal of several nics, and how far it had come. */
export class RemovalStopped extends Error {
  readonly planned: readonly Nic[]
  readonly removed: readonly Nic[]
  readonly reason: DomainError

  constructor(planned: readonly Nic[], removed: readonly Nic[], reason: DomainError) {
    super(reason.message)
    this.planned = planned
    this.removed = removed
    this.reason = reason
  }
}

/**
 * Removes several nics of one server, in turn with other removals there: the highest index first, each seen to be gone
 * before the next, because each one moves the ids behind it. For the last one it waits until `lastDeadline`; null: it looks
 * once. `pick` says, of what is there when this is called, which ones; what it throws is thrown as it is. Rejects with
 * RemovalStopped once the turn has come.
 */
export async function removeNics(
  context: OperationContext,
  serverId: string,
  pick: (now: NicsNow) => readonly Nic[],
  deadline: Deadline,
  lastDeadline: Deadline | null,
): Promise<Removal> {
  const { cloud, removals, signal } = context
  // Before the queue: what is connected while it waits there was not meant, and only callers to whom the cloud shows the
  // server may wait for it.
  const now = await lookAtNics(context, serverId)
  // A deleted server answers with no nics, and it is the server that is not there.
  if (now.nics.length === 0) await cloud.server(serverId)
  const picked = pick(now)

  return removals.inTurn(serverId, { deadline, signal }, async () => {
    const before = await nicsAtRest(context, serverId, picked, deadline)
    const planned = picked.filter(({ key }) => before.nics.some((nic) => nic.key === key))
    const removed: Nic[] = []
    try {
      let last: (Look & { done: boolean }) | null = null
      for (const [at, nic] of [...planned].reverse().entries()) {
        if (last?.done === false)
          throw busyUntil(
            `The removal of nic ${planned.at(-at)?.id} has not finished in time.`,
            removals.running.until(serverId),
          )
        const standing: Standing = last ? { ...before, nics: last.server.nics, lookedAt: last.lookedAt } : before
        const today = standing.nics.find(({ key }) => key === nic.key)
        if (!today) {
          removed.push(nic) // somebody else was faster
          continue
        }
        const isLast = at === planned.length - 1
        last = await removeNic(context, today, standing, isLast ? lastDeadline : deadline).catch((error) =>
          seenGone(context, today, error),
        )
        if (last.done || isLast) removed.push(nic)
      }
      const { server, done } = last ?? { server: await cloud.server(serverId), done: true }
      return { planned, before: before.nics, server, done }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      throw new RemovalStopped(planned, removed, error)
    }
  })
}

/** Somebody else was faster when the cloud knows no such nic any more and the server does not show it either. */
async function seenGone(context: OperationContext, nic: Nic, error: unknown): Promise<Look & { done: true }> {
  if (!(error instanceof NicNotFoundError)) throw error
  const seen = await lookAtServer(context, nic.serverId)
  if (seen.server.nics.some(({ key }) => key === nic.key)) throw error
  return { ...seen, done: true }
}

/** The error to answer with: PartlyDoneError when something was removed, be it the wrong nic, else the one that stopped it. */
export function partlyDone(
  networkId: string,
  planned: readonly Nic[],
  removed: readonly Nic[],
  reason: DomainError,
): DomainError {
  if (removed.length === 0 && !(reason instanceof NicMismatchError)) return reason
  const gone = new Set(removed.map(({ key }) => key))
  const byPlan = planned.filter(({ key }) => gone.has(key))
  const remaining = planned.filter(({ key }) => !gone.has(key))
  return new PartlyDoneError(networkId, byPlan, remaining, reason)
}
