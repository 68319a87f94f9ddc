import { type AbortSignalLike, LightAbort } from '../cloud/abort.ts'
import type { Watcher } from '../cloud/cloud.ts'

/**
 * One read that several requests wait for. A request that leaves harms nobody else; when the last one has left, the read is
 * given up.
 */
class Flight<Value> {
  readonly #given = new LightAbort()
  readonly #value: Promise<Value>
  #waiting = 0

  /** `read` is given a signal that fires when nobody waits any more. */
  constructor(read: (signal: AbortSignalLike) => Promise<Value>) {
    this.#value = read(this.#given)
  }

  /** True: nobody waits, and nobody may begin to. */
  get isGivenUp(): boolean {
    return this.#given.aborted
  }

  /** Settles as the read does, or rejects with the signal's reason as soon as that fires. */
  join(signal: AbortSignalLike | undefined): Promise<Value> {
    this.#waiting++
    if (!signal) return this.#value
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (--this.#waiting === 0) this.#given.abort(signal.reason)
        reject(signal.reason)
      }
      if (signal.aborted) return leave()
      const stay = () => signal.removeEventListener('abort', leave)
      signal.addEventListener('abort', leave)
      this.#value.then(
        (value) => {
          stay()
          resolve(value)
        },
        (error) => {
          stay()
          reject(error)
        },
      )
    })
  }
}

/** What is on its way, each under its key for as long as it may be joined. */
export class Flights<Value> {
  readonly #byKey = new Map<string, Flight<Value>>()

  /** Joins the read of that key, or begins it. A failure is told to all who joined, and not kept. */
  join(
    key: string,
    read: (signal: AbortSignalLike) => Promise<Value>,
    { signal, watcher }: { signal?: AbortSignalLike | undefined; watcher?: Watcher | undefined },
  ): Promise<Value> {
    const held = this.#byKey.get(key)
    if (held && !held.isGivenUp) {
      watcher?.coalesced()
      return held.join(signal)
    }
    const flight: Flight<Value> = new Flight(async (givenUp) => {
      try {
        return await read(givenUp)
      } finally {
        if (this.#byKey.get(key) === flight) this.#byKey.delete(key)
      }
    })
    this.#byKey.set(key, flight)
    return flight.join(signal)
  }

  /** Nobody joins from now on what is on its way. */
  part(): void {
    this.#byKey.clear()
  }

  get size(): number {
    return this.#byKey.size
  }
}
