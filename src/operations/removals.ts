import { setTimeout as sleepFor } from 'node:timers/promises'
import { BusyError } from '../cloud/errors.ts'
import { RunningRemovals } from './running-removals.ts'
import type { Deadline } from './wait.ts'

/**
 * Removals of nics, one at a time for each server, in this process: when one ends, the names of the nics behind it move,
 * so the next must not be looked up before. Other processes can still come between; operations compare keys afterwards.
 *
 * Servers are shared by all callers. Only those to whom the cloud has just shown the server may wait here, so that strangers
 * cannot keep its owner waiting.
 */
export class Removals {
  /** Of each server: ends when everybody who has come so far is through. */
  readonly #turns = new Map<string, Promise<void>>()
  /** Those that the cloud has taken, or may have. */
  readonly running = new RunningRemovals()
  /** Runs `work` when all earlier removals on this server are through. Throws BusyError if that is not before the deadline. */
  async inTurn<Result>(
    serverId: string,
    { deadline, signal }: { deadline: Deadline; signal?: AbortSignal | undefined },
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#turns.get(serverId)
    const { promise: mine, resolve: leave } = Promise.withResolvers<void>()
    const all = before ? before.then(() => mine) : mine
    this.#turns.set(serverId, all)
    try {
      if (before) await turn(before, serverId, deadline, signal)
      return await work()
    } finally {
      leave()
      // Not before: who gave up waiting leaves those before it still at work.
      void all.then(() => {
        if (this.#turns.get(serverId) === all) this.#turns.delete(serverId)
      })
    }
  }
}

async function turn(before: Promise<void>, serverId: string, deadline: Deadline, signal?: AbortSignal): Promise<void> {
  const through = new AbortController()
  const late = sleepFor(deadline.leftMs, 'late' as const, {
    signal: signal ? AbortSignal.any([signal, through.signal]) : through.signal,
  }).catch(() => signal?.throwIfAborted()) // or ended early on purpose, when the turn has come
  const first = await Promise.race([before, late]).finally(() => through.abort())
  if (first === 'late') throw new BusyError(`Another removal on server ${serverId} has not finished in time.`)
}
