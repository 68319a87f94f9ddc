import type { Caller } from '../cloud/cloud.ts'

/**
 * One read that several requests wait for. A request that leaves harms nobody else; when the last one has left, the read is
 * given up.
 */
class Flight<Value> {
  readonly #given = new AbortController()
  readonly #value: Promise<Value>
  #waiting = 0

  /** `read` is given a signal that fires when nobody waits any more. */
  constructor(read: (signal: AbortSignal) => Promise<Value>) {
    this.#value = read(this.#given.signal)
  }

  /** True: nobody waits, and nobody may begin to. */
  get isGivenUp(): boolean {
    return this.#given.signal.aborted
  }

  /** Settles as the read does, or rejects with the signal's reason as soon as that fires; it has not yet. */
  join(signal: AbortSignal | undefined): Promise<Value> {
    this.#waiting++
    if (!signal) return this.#value
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (--this.#waiting === 0) this.#given.abort(signal.reason)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave)
      this.#value.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    })
  }
}

type Asking = Pick<Caller, 'signal' | 'watcher'>

type Read<Value> = (givenUp: AbortSignal) => Promise<Value>

/** A read that is joined while it is on its way. A failure is told to all who joined, and not kept. */
export class OneFlight<Value> {
  readonly #ended: () => void
  #flight: Flight<Value> | null = null

  /** `ended` is called when one has ended that could still be joined. */
  constructor(ended: () => void = () => {}) {
    this.#ended = ended
  }

  get isUnderWay(): boolean {
    return this.#flight !== null && !this.#flight.isGivenUp
  }

  /** Joins it, or begins it. Whoever has gone does neither: a read that nobody waits for would fail unheard. */
  join(read: Read<Value>, { signal, watcher }: Asking): Promise<Value> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const held = this.#flight
    if (held && !held.isGivenUp) {
      watcher?.coalesced()
      return held.join(signal)
    }
    const flight: Flight<Value> = new Flight(async (givenUp) => {
      try {
        return await read(givenUp)
      } finally {
        if (this.#flight === flight) {
          this.part()
          this.#ended()
        }
      }
    })
    this.#flight = flight
    return flight.join(signal)
  }

  /** Nobody joins from now on what is on its way. */
  part(): void {
    this.#flight = null
  }
}

/** The same of several, each under its key. */
export class Flights<Value> {
  readonly #byKey = new Map<string, OneFlight<Value>>()

  join(key: string, read: Read<Value>, asking: Asking): Promise<Value> {
    const held = this.#byKey.get(key)
    if (held) return held.join(read, asking)
    // It would stay: what is never begun never ends.
    if (asking.signal?.aborted) return Promise.reject(asking.signal.reason)
    const flight: OneFlight<Value> = new OneFlight(() => {
      if (this.#byKey.get(key) === flight) this.#byKey.delete(key)
    })
    this.#byKey.set(key, flight)
    return flight.join(read, asking)
  }

  part(): void {
    this.#byKey.clear()
  }
}
