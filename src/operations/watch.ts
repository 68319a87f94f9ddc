import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Cloud, Delta } from '../cloud/cloud.ts'
import { CloudUnavailableError, RateLimitedError } from '../cloud/errors.ts'
import { type Difference, differences, type Snapshot } from '../graph/diff.ts'
import { wholeReadDueAt } from '../graph/whole-reads.ts'
import { Feed } from './feed.ts'
import type { Lookout, News } from './lookout.ts'
import { untilGone } from './until-gone.ts'
import { WriteQueue } from './write-queue.ts'

/** One change as a subscriber gets it: when the gateway saw it, and the whole graph after it. */
export interface Change {
  readonly at: string
  readonly difference: Difference
  readonly snapshot: Snapshot
}

export interface PollPolicy {
  /** After a change, and at first. */
  readonly shortestMs: number
  /** When it has been quiet for a while, or the cloud does not answer. */
  readonly longestMs: number
}

export interface WatchPolicy extends PollPolicy {
  /** All is read so often, unless that takes too long: changes that leave no mark show by then. */
  readonly wholeEveryMs: number
  /** After a change of one's own, whose job may end soon. */
  readonly hurriedMs: number
}

const GROWTH = 1.5

/** Looks at one caller's graph while somebody is subscribed, and tells all subscribers what changes. */
export class Watch {
  readonly #cloud: Cloud
  readonly #polls: WatchPolicy
  readonly #lookout: Lookout
  readonly #onIdle: () => void
  readonly #feeds = new Set<Feed<Change>>()
  /** Changes made with the token. */
  readonly writes = new WriteQueue(() => this.#lookFirst())
  readonly #stopped = new AbortController()
  #snapshot: Snapshot | undefined
  #marks: { readonly networks: string | null; readonly servers: string | null } = { networks: null, servers: null }
  #wholeReadAt = 0
  #wholeReadDueAt = 0
  /** When something came to light that may have left no mark. */
  #unmarkedAt = -1
  #polling: Promise<void> | undefined
  #wake = new AbortController()
  /** Subscribers whose first look is under way. */
  #joining = 0
  #changesSeen = 0
  /** There is news that no look has been begun for. */
  #hasNews = false
  #isRunning = false
  /** A look that somebody waits for and that has not begun. */
  #awaited: PromiseWithResolvers<void> | undefined
  /** The same until it has ended. */
  #coming: Promise<void> | null = null
  /** Something was changed with this token since the last look. */
  #isHurried = false

  /**
   * `open` makes the cloud for the watch, whose reads end with the signal; `onIdle` is called once, when the last subscriber has
   * left.
   */
  constructor(
    open: (signal: AbortSignal) => Cloud,
    polls: WatchPolicy,
    join: (onNews: (news: News) => void) => Lookout,
    onIdle: () => void,
  ) {
    this.#cloud = open(this.#stopped.signal)
    this.#polls = polls
    this.#lookout = join((news) => this.#hear(news))
    this.#onIdle = onIdle
  }

  /**
   * From now on: what the cloud already shows differently from the last poll goes to earlier subscribers alone. Rejects
   * with what will not pass, such as UnauthenticatedError; an outage is waited out, then told as differences from the first
   * state that was seen. Rejects with the signal's reason when that fires: whoever subscribes has gone.
   */
  async subscribe(signal?: AbortSignal): Promise<Feed<Change>> {
    const feed = new Feed<Change>(() => this.#leave(feed))
    this.#joining++
    try {
      await untilGone(this.#firstLook(), signal)
    } catch (error) {
      this.#joining--
      this.#stopIfIdle()
      throw error
    }
    this.#joining--
    this.#feeds.add(feed)
    if (!this.#isRunning) void this.#run()
    return feed
  }

  /** This token has changed something, so a look begins now: it shows by itself what a later change might hide. */
  wrote(): void {
    if (this.#stopped.signal.aborted) return
    this.#isHurried = true
    void this.#lookAtOnce()
    this.#lookout.wrote()
  }

  /** A look before something is changed, for what shows only now of earlier changes; it may fail. Null: nobody is subscribed. */
  #lookFirst(): Promise<void> | null {
    if (this.#stopped.signal.aborted || this.#feeds.size === 0) return null
    return this.#coming ?? this.#lookAtOnce()
  }

  get subscribers(): number {
    return this.#feeds.size
  }

  /** Ends all streams, when their readers have had what is unread. */
  end(): void {
    for (const feed of [...this.#feeds]) feed.finish()
  }

  #leave(feed: Feed<Change>): void {
    this.#feeds.delete(feed)
    this.#stopIfIdle()
  }

  #stopIfIdle(): void {
    if (this.#feeds.size > 0 || this.#joining > 0 || this.#stopped.signal.aborted) return
    this.#stopped.abort()
    this.#wake.abort()
    this.#ended(this.#awaited)
    this.#lookout.leave()
    this.#onIdle()
  }

  #hear({ whole }: News): void {
    if (whole) this.#unmarkedAt = Date.now()
    this.#hasNews = true
    this.#wake.abort()
  }

  async #firstLook(): Promise<void> {
    await this.#lookout.ready
    await this.#poll().catch((error) => {
      if (!isPassing(error)) throw error
      this.#lookout.failed()
    })
  }

  /** Has a look begun now, be one under way or not; gives its end. */
  #lookAtOnce(): Promise<void> {
    this.#awaited ??= Promise.withResolvers()
    this.#coming = this.#awaited.promise
    this.#hear({ whole: false })
    return this.#coming
  }

  #ended(awaited: PromiseWithResolvers<void> | undefined): void {
    awaited?.resolve()
    if (this.#coming === awaited?.promise) this.#coming = null
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    let owed = false
    for (let ms = this.#polls.shortestMs; ; ) {
      this.#wake = new AbortController()
      if (!this.#hasNews) await sleepFor(ms, undefined, { signal: this.#wake.signal }).catch(() => {})
      if (this.#stopped.signal.aborted) return
      // A look that failed is made up for, and the first one must be had, whoever looks at intervals.
      const hadNews = this.#hasNews
      owed ||= hadNews || !this.#snapshot
      this.#hasNews = false
      if (!owed && !this.#lookout.isMine) continue
      const before = this.#changesSeen
      const awaited = this.#awaited
      this.#awaited = undefined
      const isHurried = this.#isHurried
      this.#isHurried = false
      let asked = 0
      try {
        await this.#poll()
        owed = false
      } catch (error) {
        if (!isPassing(error)) for (const feed of [...this.#feeds]) feed.fail(error)
        else {
          this.#lookout.failed()
          asked = (error.retryAfterSeconds ?? 0) * 1000
        }
      }
      this.#ended(awaited)
      const isLively = hadNews || this.#changesSeen !== before
      if (isHurried) ms = Math.max(asked, this.#polls.hurriedMs)
      else ms = Math.max(asked, isLively ? this.#polls.shortestMs : Math.min(ms * GROWTH, this.#polls.longestMs))
    }
  }

  /** One at a time: who comes while one runs waits for the next, so that nobody is given a look begun before. */
  async #poll(): Promise<void> {
    const before = this.#polling
    const mine = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#look())
    this.#polling = mine
    try {
      await mine
    } finally {
      if (this.#polling === mine) this.#polling = undefined
    }
  }

  async #look(): Promise<void> {
    const begunAt = Date.now()
    const whole = begunAt >= this.#wholeReadDueAt || this.#unmarkedAt >= this.#wholeReadAt
    const marks = whole ? { networks: null, servers: null } : this.#marks
    // Servers first: a network that a server is on is then among the networks, which are read later.
    const servers = await this.#cloud.serversSince(marks.servers)
    const networks = await this.#cloud.networksSince(marks.networks)
    this.#marks = { networks: networks.mark, servers: servers.mark }
    const wasWhole = servers.whole && networks.whole
    if (wasWhole) {
      this.#wholeReadAt = begunAt
      this.#wholeReadDueAt = wholeReadDueAt(begunAt, Date.now() - begunAt, this.#polls.wholeEveryMs)
    }

    const before = this.#snapshot
    const nowServers = applied(before?.servers, servers)
    const nowNetworks = withUsed(before?.networks, applied(before?.networks, networks), nowServers)
    const snapshot = { servers: nowServers, networks: nowNetworks }
    this.#snapshot = snapshot // also when nothing of it is told: what this look has shown, the next may not show again
    const changes = before ? differences(before, snapshot) : []
    this.#lookout.looked({ changed: changes.length > 0, whole: wasWhole })
    if (changes.length === 0) return
    this.#changesSeen += changes.length
    const at = new Date().toISOString()
    for (const feed of [...this.#feeds]) feed.push(changes.map((difference) => ({ at, difference, snapshot })))
  }
}

/** An outage, to be waited out. All else ends the streams: it will not pass by itself. */
function isPassing(error: unknown): error is CloudUnavailableError | RateLimitedError {
  return error instanceof CloudUnavailableError || error instanceof RateLimitedError
}

function applied<Thing extends { readonly id: string }>(
  before: ReadonlyMap<string, Thing> | undefined,
  { whole, things, gone }: Delta<Thing>,
): ReadonlyMap<string, Thing> {
  const after = new Map(whole ? [] : before)
  for (const thing of things) after.set(thing.id, thing)
  for (const id of gone) after.delete(id)
  return after
}

/** A network that went after the servers were read may still have nics there; it goes with the next look, after them. */
function withUsed(
  before: Snapshot['networks'] | undefined,
  now: Snapshot['networks'],
  servers: Snapshot['servers'],
): Snapshot['networks'] {
  const kept = new Map(now)
  for (const { nics } of servers.values()) {
    for (const { networkId } of nics) {
      const old = before?.get(networkId)
      if (old && !kept.has(networkId)) kept.set(networkId, old)
    }
  }
  return kept
}
