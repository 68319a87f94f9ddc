import { createHmac, randomBytes } from 'node:crypto'
import type { Cloud } from '../cloud/cloud.ts'
import type { Feed } from './feed.ts'
import { type Change, type PollPolicy, Watch } from './watch.ts'

/** One watch a token, however many subscribers; none for a token that nobody subscribes with. */
export class Watches {
  readonly #polls: PollPolicy
  readonly #byToken = new Map<string, Watch>()
  /** So that a key tells nothing of the token, nor is the same in another process. */
  readonly #secret = randomBytes(32)

  constructor(polls: PollPolicy) {
    this.#polls = polls
  }

  /** `open` makes the cloud as that token sees it, without a request's signal: a watch outlives its first subscriber. */
  subscribe(token: string, open: () => Cloud): Promise<Feed<Change>> {
    const digest = createHmac('sha256', this.#secret).update(token).digest('base64')
    const watch = this.#byToken.get(digest) ?? new Watch(open(), this.#polls, () => this.#byToken.delete(digest))
    this.#byToken.set(digest, watch)
    return watch.subscribe()
  }

  /** How many tokens are being watched. */
  get size(): number {
    return this.#byToken.size
  }
}
