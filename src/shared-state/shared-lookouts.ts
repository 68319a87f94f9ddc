import { randomUUID } from 'node:crypto'
import type { Lookout, Lookouts, News } from '../operations/lookout.ts'
import { digestOf, type Leases } from './leases.ts'
import type { NewsChannel } from './news-channel.ts'
import { SharedLookout } from './shared-lookout.ts'

export interface SharedLookoutsSettings {
  readonly leases: Leases
  readonly channel: NewsChannel
  /** The cloud's URL: a token of one says nothing to another. */
  readonly cloud: string
  readonly beatMs: number
  /** Told when Redis stops answering, with the error, and with null when it answers again. */
  readonly onTurn: (error: Error | null) => void
}

/** One of several processes, which share a Redis, looks at a token's graph for all of them. */
export class SharedLookouts implements Lookouts {
  readonly #settings: SharedLookoutsSettings
  readonly #joined = new Set<SharedLookout>()
  /** Null while Redis is away. */
  #secret: string | null = null
  #isAway = false
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(settings: SharedLookoutsSettings) {
    this.#settings = settings
  }

  /** Of all digests; null while Redis is away. */
  get secret(): string | null {
    return this.#secret
  }

  /** From then on it beats. Never rejects. */
  async start(): Promise<void> {
    await this.#readSecret()
    await Promise.all([...this.#joined].map((lookout) => lookout.beat()))
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.start(), this.#settings.beatMs).unref()
  }

  join(token: string, onNews: (news: News) => void): Lookout {
    const { leases, channel, cloud } = this.#settings
    const digest = () => this.#secret && digestOf(this.#secret, cloud, token)
    const lookout = new SharedLookout({ leases, channel, digest, onLeave: () => this.#joined.delete(lookout) }, onNews)
    this.#joined.add(lookout)
    return lookout
  }

  /** What gets lost shows at the next look of whoever looks at intervals. */
  wrote(token: string): void {
    const { channel, cloud } = this.#settings
    if (this.#secret) channel.tell(digestOf(this.#secret, cloud, token), { id: randomUUID(), whole: false })
  }

  /** Leases are given back, so that other processes go on at once. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    for (const lookout of [...this.#joined]) lookout.leave()
  }

  async #readSecret(): Promise<void> {
    try {
      this.#secret = await this.#settings.leases.secret()
      if (this.#isAway) this.#settings.onTurn(null)
      this.#isAway = false
    } catch (error) {
      this.#secret = null
      if (!this.#isAway) this.#settings.onTurn(error as Error) // as ioredis rejects
      this.#isAway = true
    }
  }
}
