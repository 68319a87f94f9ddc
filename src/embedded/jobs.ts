/**
 * Asynchronous jobs, as Ganeti runs them: accepted now, done later, and their end reported to nobody (Cyclades REST 5).
 * Jobs of one queue (a server, or a network) run one after another in order of submission.
 */
export type JobKind =
  | 'create'
  | 'connect'
  | 'disconnect'
  | 'start'
  | 'shutdown'
  | 'reboot'
  | 'firewall'
  | 'destroy'
  | 'createNetwork'
  | 'connectNetwork'
  | 'deleteNetwork'

export interface Job {
  kind: JobKind
  queue: string
  /** The job is being run: its first event has arrived. */
  begin(): void
  end(): void
  /** It ended in error, which refreshes nothing. */
  fail(): void
}

/** Milliseconds, of all jobs or of each when it begins. */
export type JobDelay = number | ((job: Job) => number)

/** What a test may do with jobs. */
export interface JobControl {
  readonly pending: number
  /** From now on no job begins or ends. */
  hold(): void
  /** Ends what fell due meanwhile, and goes on as usual. */
  release(): void
  /** Runs all jobs to their end now, held or not and without waiting, those that they bring about included. */
  settle(): Promise<void>
  /** The next `times` jobs of that kind to end do so in error. */
  failNext(kind: JobKind, times?: number): void
}

interface Entry {
  job: Job
  sequence: number
  begun: boolean
  due: boolean
  timer: NodeJS.Timeout | null
}

export class Jobs implements JobControl {
  readonly #queues = new Map<string, Entry[]>()
  readonly #failures = new Map<JobKind, number>()
  readonly #delayMs: (job: Job) => number
  /** Queues whose first job may not have begun. */
  readonly #waiting = new Set<string>()
  #sequence = 0
  #held = false

  constructor(delayMs: JobDelay) {
    this.#delayMs = typeof delayMs === 'number' ? () => delayMs : delayMs
  }

  get pending(): number {
    let count = 0
    for (const entries of this.#queues.values()) count += entries.length
    return count
  }

  /** Nothing happens before the next `advance`, so that an answer can be written first. */
  submit(job: Job): void {
    const entry = { job, sequence: this.#sequence++, begun: false, due: false, timer: null }
    const entries = this.#queues.get(job.queue)
    if (entries) entries.push(entry)
    else this.#queues.set(job.queue, [entry])
    this.#waiting.add(job.queue)
  }

  /** Begins every job whose turn has come. With a delay of 0 it ends at once, without a timer. */
  advance(): void {
    while (!this.#held && this.#waiting.size > 0) {
      for (const queue of this.#waiting) {
        this.#waiting.delete(queue)
        const entry = this.#queues.get(queue)?.[0]
        if (!entry || entry.begun) continue
        this.#begin(entry)
        const delayMs = this.#delayMs(entry.job)
        if (delayMs > 0) entry.timer = setTimeout(() => this.#fallDue(entry), delayMs)
        else this.#end(entry)
      }
    }
  }

  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    for (const entry of this.#heads()) if (entry.due) this.#end(entry)
    this.advance()
  }

  async settle(): Promise<void> {
    for (let entry = this.#heads()[0]; entry; entry = this.#heads()[0]) {
      if (!entry.begun) this.#begin(entry)
      this.#end(entry)
    }
  }

  failNext(kind: JobKind, times = 1): void {
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + times)
  }

  /** Forgets all jobs, with their timers. */
  stop(): void {
    for (const entry of this.#heads()) if (entry.timer) clearTimeout(entry.timer)
    this.#queues.clear()
    this.#waiting.clear()
  }

  /** The first job of every queue, in order of submission. */
  #heads(): Entry[] {
    const heads = [...this.#queues.values()].flatMap((entries) => entries.slice(0, 1))
    return heads.sort((a, b) => a.sequence - b.sequence)
  }

  #begin(entry: Entry): void {
    entry.begun = true
    entry.job.begin()
  }

  #fallDue(entry: Entry): void {
    entry.due = true
    if (this.#held) return
    this.#end(entry)
    this.advance()
  }

  #end(entry: Entry): void {
    if (entry.timer) clearTimeout(entry.timer)
    const { job } = entry
    const entries = this.#queues.get(job.queue)
    entries?.shift()
    if (entries?.length === 0) this.#queues.delete(job.queue)
    else this.#waiting.add(job.queue)
    const failures = this.#failures.get(job.kind) ?? 0
    if (failures > 0) {
      this.#failures.set(job.kind, failures - 1)
      job.fail()
    } else job.end()
  }
}
