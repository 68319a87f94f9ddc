import { randomUUID } from 'node:crypto'
import type { Lookout, News } from '../operations/lookout.ts'
import type { Leases } from './leases.ts'
import type { Message, NewsChannel } from './news-channel.ts'

/** After so many looks in a row without an answer, another process may find the cloud where this one does not. */
const MOST_FAILURES = 3

export interface Shared {
  readonly leases: Leases
  readonly channel: NewsChannel
  /** The token's digest; null while Redis is away. */
  digest(): string | null
  onLeave(): void
}

/**
 * One token's, in one process. At each beat it takes or keeps the lease, or finds that another has it, and whether there is
 * news that it has not heard of. Without Redis it looks at intervals as if it were alone. What is not sure is looked at once
 * more: a look too many shows nothing, as each process compares with what it has seen itself.
 */
export class SharedLookout implements Lookout {
  readonly ready: Promise<void>
  readonly #shared: Shared
  readonly #onNews: (news: News) => void
  #isMine = true
  #holdsLease = false
  #digest: string | null = null
  #stopListening = () => {}
  /** The latest news there was a look for; undefined: not known. */
  #heard: string | null | undefined
  /** The latest news there was a look for at the last beat, when there were later ones; else undefined. */
  #behindAt: string | null | undefined
  #untold: News | null = null
  #failures = 0
  #hasBegun = false
  #hasLeft = false
  #beating: Promise<void> | undefined

  constructor(shared: Shared, onNews: (news: News) => void) {
    this.#shared = shared
    this.#onNews = onNews
    this.ready = this.beat()
  }

  get isMine(): boolean {
    return this.#isMine
  }

  looked({ changed, whole }: { readonly changed: boolean; readonly whole: boolean }): void {
    this.#failures = 0
    if (changed && this.#isMine) this.#tell({ whole })
  }

  wrote(): void {
    this.#tell({ whole: false })
  }

  failed(): void {
    this.#failures++
  }

  leave(): void {
    this.#hasLeft = true
    this.#stopListening()
    if (this.#digest !== null && this.#holdsLease) this.#release(this.#digest)
    this.#shared.onLeave()
  }

  /** Never rejects. */
  beat(): Promise<void> {
    this.#beating ??= this.#takePart()
      .catch(() => this.#standAlone())
      .finally(() => {
        this.#beating = undefined
      })
    return this.#beating
  }

  async #takePart(): Promise<void> {
    const digest = this.#shared.digest()
    if (digest !== this.#digest) this.#moveTo(digest)
    if (digest === null) return this.#standAlone()
    if (this.#untold) await this.#keepUntold(digest, this.#untold)
    const heard = this.#heard
    const { holder, newsId } = await this.#shared.leases.take(digest, this.#failures < MOST_FAILURES)
    if (this.#hasLeft) return this.#release(digest)
    const took = holder === 'me' && !this.#holdsLease
    this.#holdsLease = holder === 'me'
    this.#isMine = holder !== 'another'
    const missed = this.#heard === heard && this.#isMissed(newsId)
    if (missed) this.#heard = newsId
    if (this.#hasBegun && (missed || took)) this.#onNews({ whole: missed })
    this.#hasBegun = true
    // Others may have been told less by the one before than this one has seen in the meantime.
    if (took) this.#tell({ whole: true })
  }

  /** What has not been heard of for a whole beat; until then its message may be on the way, on the other connection. */
  #isMissed(newsId: string | null): boolean {
    if (this.#heard === undefined) return true
    const isUnheard = newsId !== this.#heard
    const wasUnheard = this.#behindAt === this.#heard
    this.#behindAt = isUnheard ? this.#heard : undefined
    return isUnheard && wasUnheard
  }

  /** What happens until Redis is back is seen here, but not told to others, nor by them. */
  #standAlone(): void {
    this.#hasBegun = true
    this.#holdsLease = false
    this.#isMine = true
    this.#heard = undefined
  }

  /** Redis has another secret than before. */
  #moveTo(digest: string | null): void {
    this.#stopListening()
    this.#stopListening =
      digest === null ? () => {} : this.#shared.channel.listen(digest, (message) => this.#hear(message))
    this.#digest = digest
    this.#holdsLease = false
    this.#heard = undefined
  }

  #hear({ id, whole }: Message): void {
    if (this.#hasLeft || id === this.#heard) return
    this.#heard = id
    this.#onNews({ whole })
  }

  #tell({ whole }: News): void {
    this.#untold = { whole: whole || this.#untold?.whole === true }
    // What fails is told at the next beat.
    if (this.#digest !== null) this.#keepUntold(this.#digest, this.#untold).catch(() => {})
  }

  async #keepUntold(digest: string, news: News): Promise<void> {
    const id = randomUUID()
    this.#heard = id // it is this process's own
    await this.#shared.leases.keepNews(digest, id)
    if (this.#untold === news) this.#untold = null
    this.#shared.channel.tell(digest, { id, ...news })
  }

  #release(digest: string): void {
    // If it fails it runs out.
    this.#shared.leases.release(digest).catch(() => {})
  }
}
