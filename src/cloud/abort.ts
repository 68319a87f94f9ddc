import { setMaxListeners } from 'node:events'

/** What of a standard AbortSignal is needed to end something when it fires. An AbortSignal is one. */
export interface AbortSignalLike {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * A promise that may be left: it rejects with the signal's reason as soon as that fires. `begin` is given what settles it, not
 * to be called before it has returned, and gives what is to be undone once it has settled, in whatever way.
 */
export function unlessAborted<Value>(
  signal: AbortSignalLike | undefined,
  begin: (resolve: (value: Value) => void, reject: (reason: unknown) => void) => () => void,
): Promise<Value> {
  if (signal?.aborted) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    let isSettled = false
    const once =
      <Outcome>(settle: (outcome: Outcome) => void) =>
      (outcome: Outcome) => {
        if (isSettled) return
        isSettled = true
        undo()
        signal?.removeEventListener('abort', onAbort)
        settle(outcome)
      }
    const fail = once(reject)
    const onAbort = () => fail(signal?.reason)
    const undo = begin(once(resolve), fail)
    signal?.addEventListener('abort', onAbort)
  })
}

/**
 * An AbortController and its signal in one. Two of the standard's, made and listened to for each request, took a tenth of a
 * small one (Node 20), as they are event targets first and watched by the garbage collector.
 */
export class LightAbort implements AbortSignalLike {
  #aborted = false
  #reason: unknown
  readonly #listeners = new Set<() => void>()
  #standard: AbortController | undefined

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  /** Fires, once. Unless told why, the reason is an AbortError, as the standard's. */
  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
    this.#standard?.abort(reason)
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener)
  }

  /** The standard's own, for who needs that; made when it is first asked for. */
  get standard(): AbortSignal {
    if (!this.#standard) {
      this.#standard = new AbortController()
      setMaxListeners(0, this.#standard.signal) // one for each that waits; Node warns of a leak from ten on
      if (this.#aborted) this.#standard.abort(this.#reason)
    }
    return this.#standard.signal
  }
}
