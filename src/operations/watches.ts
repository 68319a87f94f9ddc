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

  /** `open` makes the cloud as that token sees it, without a request's signal: a watch outlives its first subscriber. */
  async subscribe(token: string, open: () => Cloud): Promise<Feed<Change>> {
    const digest = this.#digestOf(token)
    const watch = this.#byToken.get(digest) ?? this.#watch(digest, token, open())
    this.#byToken.set(digest, watch)
    const feed = await watch.subscribe()
    if (this.#isEnding) watch.end()
    return feed
  }

  /** Something was changed with that token: whoever is subscribed with it is told soon. */
  wrote(token: string): void {
    const watch = this.#byToken.size === 0 ? undefined : this.#byToken.get(this.#digestOf(token))
    if (watch) watch.wrote()
    else this.#lookouts.wrote(token)
  }

  /** To be awaited before something is changed with that token, lest it hide an earlier change from those who are subscribed. */
  settling(token: string): Promise<void> | null {
    return this.#byToken.size === 0 ? null : (this.#byToken.get(this.#digestOf(token))?.settling ?? null)
  }

  #watch(digest: string, token: string, cloud: Cloud): Watch {
    const join = (onNews: (news: News) => void) => this.#lookouts.join(token, onNews)
    return new Watch(cloud, this.#polls, join, () => this.#byToken.delete(digest))
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
