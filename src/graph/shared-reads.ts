import { LRUCache } from 'lru-cache'
import type { Caller, Cloud } from '../cloud/cloud.ts'
import { tokenDigests } from '../cloud/token-digest.ts'
import type { Reads } from './reads.ts'
import { SharedCaller } from './shared-caller.ts'

/** What may be kept of the graphs of callers between their requests. */
export interface KeepPolicy {
  /** False: only what is on its way is shared. */
  readonly snapshots: boolean
  /** Of all snapshots together, roughly. */
  readonly maxBytes: number
  /** A list is read whole so often, unless that takes too long: changes that leave no mark show by then. */
  readonly wholeEveryMs: number
}

/** A caller that asked nothing for so long is forgotten. */
const IDLE_MS = 10 * 60_000

const MOST_CALLERS = 10_000

/** Those whose token the cloud has not accepted yet. What they share is on its way: who is forgotten shares less. */
const MOST_STRANGERS = 1000

/**
 * What requests with the same token read together: one read for all that ask at the same time, and a snapshot of the lists
 * from one request to the next. Nothing is shared across tokens, and of a token only a digest is kept. A token owns nothing kept
 * until the cloud has answered it with a list: those who make tokens up push each other out, and nobody else.
 */
export class SharedReads {
  readonly #open: (caller: Caller) => Cloud
  readonly #keep: KeepPolicy
  readonly #callers: LRUCache<string, SharedCaller>
  readonly #strangers = new LRUCache<string, SharedCaller>({ max: MOST_STRANGERS })
  readonly #digestOf = tokenDigests()

  constructor(open: (caller: Caller) => Cloud, keep: KeepPolicy) {
    this.#open = open
    this.#keep = keep
    this.#callers = new LRUCache({
      max: MOST_CALLERS,
      maxSize: keep.maxBytes,
      sizeCalculation: ({ bytes }) => bytes,
      ttl: IDLE_MS,
      updateAgeOnGet: true,
    })
    setInterval(() => this.#callers.purgeStale(), IDLE_MS / 10).unref()
  }

  /** What this request reads, with others of the same token. */
  for(asking: Caller): Reads {
    const { token, queuedAs, deadlineAt, watcher } = asking
    // Whoever comes first has the earliest deadline.
    const open = (given: AbortSignal) => this.#open({ token, queuedAs, signal: given, deadlineAt, watcher })
    let found: SharedCaller | undefined
    const shared = () => {
      found ??= this.#callerOf(token)
      return found
    }
    return {
      networks: () => shared().networks.read(open, asking),
      servers: () => shared().servers.read(open, asking),
      networksByIds: (ids) => shared().networks.byIds(ids, open, asking),
      serversByIds: (ids) => shared().servers.byIds(ids, open, asking),
      isNear: (list) => shared()[list].isNear,
    }
  }

  /** A write with that token has ended: nobody is given what was read before. */
  wrote(token: string): void {
    const digest = this.#digestOf(token)
    this.#callers.peek(digest)?.part()
    this.#strangers.peek(digest)?.part()
  }

  #callerOf(token: string): SharedCaller {
    const digest = this.#digestOf(token)
    const known = this.#callers.get(digest) ?? this.#strangers.get(digest)
    if (known) return known
    const stranger = this.#newCaller(digest, { mayReadAhead: true })
    this.#strangers.set(digest, stranger)
    return stranger
  }

  #newCaller(digest: string, { mayReadAhead }: { mayReadAhead: boolean }): SharedCaller {
    const looked = () => this.#looked(digest, caller)
    const { snapshots: isKept, wholeEveryMs } = this.#keep
    const caller: SharedCaller = new SharedCaller({ isKept, wholeEveryMs, mayReadAhead, looked })
    return caller
  }

  /**
   * The cloud has answered, so the token is somebody's. Put in again, a caller is weighed again (lru-cache does not for the very
   * same value), and what has not been asked for longest makes room. One that had to go stays away; one that is too large by
   * itself goes, and its lists are not read ahead in vain again.
   */
  #looked(digest: string, caller: SharedCaller): void {
    const { bytes } = caller
    const held = this.#callers.peek(digest) ?? this.#strangers.peek(digest)
    // Strangers may have pushed it out while its first read was on its way.
    const isFirst = caller.weighed === null && held === undefined
    if (bytes === caller.weighed || (held !== caller && !isFirst)) return
    caller.weighed = bytes
    this.#strangers.delete(digest)
    this.#callers.delete(digest)
    this.#callers.set(digest, caller)
    if (!this.#callers.has(digest)) this.#callers.set(digest, this.#newCaller(digest, { mayReadAhead: false }))
  }
}
