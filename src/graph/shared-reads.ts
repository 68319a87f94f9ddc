import { LRUCache } from 'lru-cache'
import type { AbortSignalLike } from '../cloud/abort.ts'
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
}

/** A caller that asked nothing for so long is forgotten. */
const IDLE_MS = 10 * 60_000

const MOST_CALLERS = 10_000

/**
 * What requests with the same token read together: one read for all that ask at the same time, and a snapshot of the lists
 * from one request to the next. Nothing is shared across tokens, and of a token only a digest is kept.
 */
export class SharedReads {
  readonly #open: (caller: Caller) => Cloud
  readonly #snapshots: boolean
  readonly #callers: LRUCache<string, SharedCaller>
  readonly #digestOf = tokenDigests()

  constructor(open: (caller: Caller) => Cloud, { snapshots, maxBytes }: KeepPolicy) {
    this.#open = open
    this.#snapshots = snapshots
    this.#callers = new LRUCache({
      max: MOST_CALLERS,
      maxSize: maxBytes,
      sizeCalculation: ({ bytes }) => bytes,
      ttl: IDLE_MS,
      updateAgeOnGet: true,
    })
    setInterval(() => this.#callers.purgeStale(), IDLE_MS / 10).unref()
  }

  /** What this request reads, with others of the same token. */
  for(asking: Caller): Reads {
    const { token, deadlineAt, watcher } = asking
    // Whoever comes first has the earliest deadline.
    const open = (given: AbortSignalLike) => this.#open({ token, signal: given, deadlineAt, watcher })
    let found: { readonly digest: string; readonly caller: SharedCaller } | undefined
    const shared = () => {
      found ??= this.#callerOf(token)
      return found
    }
    const read = async <Kind>(list: (caller: SharedCaller) => Promise<Kind>) => {
      const { digest, caller } = shared()
      const table = await list(caller)
      // Put in again, it is weighed again (lru-cache does not for the very same value), and what has not been asked for
      // longest makes room. One that had to go stays away.
      const { bytes } = caller
      if (bytes !== caller.weighed && this.#callers.peek(digest) === caller) {
        caller.weighed = bytes
        this.#callers.delete(digest)
        this.#callers.set(digest, caller)
      }
      return table
    }
    return {
      networks: () => read(({ networks }) => networks.read(open, asking)),
      servers: () => read(({ servers }) => servers.read(open, asking)),
      networksByIds: (ids) => shared().caller.networksByIds(ids, open, asking),
      serversByIds: (ids) => shared().caller.serversByIds(ids, open, asking),
      isNear: (list) => shared().caller[list].isNear,
    }
  }

  /** A write with that token has ended: nobody is given what was read before. */
  wrote(token: string): void {
    this.#callers.peek(this.#digestOf(token))?.part()
  }

  #callerOf(token: string) {
    const digest = this.#digestOf(token)
    const held = this.#callers.get(digest)
    if (held) return { digest, caller: held }
    const caller = new SharedCaller(this.#snapshots)
    this.#callers.set(digest, caller)
    return { digest, caller }
  }
}
