/**
 * One read that several requests wait for. A request that leaves harms nobody else; when the last one has left, the read is
 * given up.
 */
export class Flight<Value> {
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

  /** Settles as the read does, or rejects with the signal's reason as soon as that fires. */
  join(signal: AbortSignal | undefined): Promise<Value> {
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
