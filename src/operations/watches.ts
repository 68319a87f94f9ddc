import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Cloud } from '../cloud/cloud.ts'
import { tokenDigests } from '../cloud/token-digest.ts'
import type { Feed } from './feed.ts'
import { type Lookouts, type News, ownLookouts } from './lookout.ts'
import { type Change, Watch, type WatchPolicy } from './watch.ts'

/** A change is not kept waiting for longer. */
const LONGEST_LOOK_FIRST_MS = 1000

/** One watch a token, however many subscribers; none for a token that nobody subscribes with. */
export class Watches {
  readonly #polls: WatchPolicy
  readonly #lookouts: Lookouts
  readonly #byToken = new Map<string, Watch>()
  readonly #digestOf = tokenDigests()
  #isEnding = false

  constructor(polls: WatchPolicy, lookouts: Lookouts = ownLookouts) {
    this.#polls = polls
    this.#lookouts = lookouts
  }

  /**
   * `open` makes the cloud as that token sees it, with a signal of the watch's own, which outlives its first subscriber. Rejects
   * with the reason of `signal`, the request's, when that fires before the first look has ended.
   */
  async subscribe(token: string, open: (signal: AbortSignal) => Cloud, signal?: AbortSignal): Promise<Feed<Change>> {
    const digest = this.#digestOf(token)
    const watch = this.#byToken.get(digest) ?? this.#watch(digest, token, open)
    this.#byToken.set(digest, watch)
    const feed = await watch.subscribe(signal)
    if (this.#isEnding) watch.end()
    return feed
  }

  /** Something was changed with that token: whoever is subscribed with it is told soon. */
  wrote(token: string): void {
    const watch = this.#byToken.size === 0 ? undefined : this.#byToken.get(this.#digestOf(token))
    if (watch) watch.wrote()
    else this.#lookouts.wrote(token)
  }

  /**
   * To be awaited before something is changed with that token, lest it hide an earlier change from those who are subscribed. It
   * takes a second at most, however slow the cloud is, and ends when the signal fires. Null: nobody is subscribed.
   */
  lookFirst(token: string, signal: AbortSignal): Promise<void> | null {
    const watch = this.#byToken.size === 0 ? undefined : this.#byToken.get(this.#digestOf(token))
    const look = watch?.lookFirst()
    return look ? within(look, LONGEST_LOOK_FIRST_MS, signal) : null
  }

  #watch(digest: string, token: string, open: (signal: AbortSignal) => Cloud): Watch {
    const join = (onNews: (news: News) => void) => this.#lookouts.join(token, onNews)
    return new Watch(open, this.#polls, join, () => this.#byToken.delete(digest))
  }

  /** How many tokens are being watched. */
  get size(): number {
    return this.#byToken.size
  }

  get subscribers(): number {
    return [...this.#byToken.values()].reduce((sum, watch) => sum + watch.subscribers, 0)
  }

  /** Ends all streams, now and later ones, when their readers have had what is unread. */
  end(): void {
    this.#isEnding = true
    for (const watch of this.#byToken.values()) watch.end()
  }
}

/** When it has ended, so long has passed, or the signal has fired. Never rejects, as the work does not. */
async function within(work: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const late = sleepFor(ms, undefined, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => {})
  await Promise.race([work, late])
  over.abort()
}
