import { setTimeout as sleepFor } from 'node:timers/promises'
import { BusyError } from '../cloud/errors.ts'
import type { Deadline } from './wait.ts'

/** A job that has not ended by then never will: a failed one leaves no trace (Cyclades REST 5.3). */
const FORGET_AFTER_MS = 10 * 60_000

/**
 * Removals of nics, one at a time for each server, in this process: when one ends, the names of the nics behind it move,
 * so the next must not be looked up before. Other processes can still come between; operations compare keys afterwards.
 */
export class Removals {
  /** Of each server: ends when everybody who has come so far is through. */
  readonly #turns = new Map<string, Promise<void>>()
  /** Of each server: keys of nics whose removal the cloud accepted and nobody has seen the end of, with the time. */
  readonly #accepted = new Map<string, Map<string, number>>()

  /** Runs `work` when all earlier removals on this server are through. Throws BusyError if that is not before the deadline. */
  async inTurn<Result>(
    serverId: string,
    { deadline, signal }: { deadline: Deadline; signal?: AbortSignal | undefined },
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#turns.get(serverId)
    let leave = () => {}
    const mine = new Promise<void>((resolve) => {
      leave = resolve
    })
    const all = before ? before.then(() => mine) : mine
    this.#turns.set(serverId, all)
    try {
      if (before) await turn(before, serverId, deadline, signal)
      return await work()
    } finally {
      leave()
      if (this.#turns.get(serverId) === all) this.#turns.delete(serverId)
    }
  }

  /** To be told when the cloud has accepted the removal of this nic. */
  accepted(serverId: string, key: string): void {
    const now = Date.now()
    for (const [server, keys] of this.#accepted) {
      for (const [old, at] of keys) if (now - at > FORGET_AFTER_MS) keys.delete(old)
      if (keys.size === 0) this.#accepted.delete(server)
    }
    const keys = this.#accepted.get(serverId) ?? new Map<string, number>()
    this.#accepted.set(serverId, keys.set(key, now))
  }

  /** Whether one of our own accepted removals is still running, by what the server shows now. */
  stillRunning(serverId: string, nics: readonly { readonly key: string }[]): boolean {
    const keys = this.#accepted.get(serverId)
    if (!keys) return false
    const there = new Set(nics.map((nic) => nic.key))
    const oldest = Date.now() - FORGET_AFTER_MS
    for (const [key, at] of keys) if (!there.has(key) || at < oldest) keys.delete(key)
    if (keys.size === 0) this.#accepted.delete(serverId)
    return keys.size > 0
  }
}

async function turn(before: Promise<void>, serverId: string, deadline: Deadline, signal?: AbortSignal): Promise<void> {
  const through = new AbortController()
  const late = sleepFor(deadline.leftMs, 'late' as const, {
    signal: signal ? AbortSignal.any([signal, through.signal]) : through.signal,
  })
  late.catch(() => {}) // ended early on purpose, when the turn has come
  const first = await Promise.race([before, late]).finally(() => through.abort())
  if (first === 'late') throw new BusyError(`Another removal on server ${serverId} has not finished in time.`)
}
