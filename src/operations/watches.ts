import type { Cloud } from '../cloud/cloud.ts'
import { tokenDigests } from '../cloud/token-digest.ts'
import type { Feed } from './feed.ts'
import { type Lookouts, type News, ownLookouts } from './lookout.ts'
import { type Change, Watch, type WatchPolicy } from './watch.ts'

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
    const watch = this.#watchOf(token)
    if (watch) watch.wrote()
    else this.#lookouts.wrote(token)
  }

  /** Sends a change made with that token; in turn with others where somebody is subscribed with it, lest it hide an earlier one. */
  async inTurn<Answer>(token: string, send: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    const watch = this.#watchOf(token)
    try {
      return await (watch ? watch.writes.inTurn(send, signal) : send())
    } finally {
      this.wrote(token)
    }
  }

  #watchOf(token: string): Watch | undefined {
    return this.#byToken.size === 0 ? undefined : this.#byToken.get(this.#digestOf(token))
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
