import { CloudUnavailableError } from '../errors.ts'

export interface BreakerSettings {
  /** So many calls that failed in a row open it; 0: it never opens. */
  readonly failures: number
  /** For so long it lets nobody through. */
  readonly openMs: number
}

export type BreakerState = 'closed' | 'open' | 'half-open'

/**
 * Keeps calls from a cloud that answers nobody: they fail at once instead of holding a connection and a caller until their
 * time is up, and the cloud has peace to come back. Then one call at a time is let through, until one is answered.
 */
export class Breaker {
  readonly #settings: BreakerSettings
  readonly #onChange: (state: BreakerState) => void
  #failures = 0
  /** By `performance.now()`; null: closed. */
  #openUntil: number | null = null
  #isTrying = false

  constructor(settings: BreakerSettings, onChange: (state: BreakerState) => void = () => {}) {
    this.#settings = settings
    this.#onChange = onChange
  }

  get state(): BreakerState {
    if (this.#openUntil === null) return 'closed'
    return performance.now() < this.#openUntil ? 'open' : 'half-open'
  }

  /** To be asked before each call: why it must not be made, and when to try again; null: it may. */
  refusal(): CloudUnavailableError | null {
    if (this.#openUntil === null) return null
    const leftMs = this.#openUntil - performance.now()
    if (leftMs <= 0 && !this.#isTrying) {
      this.#isTrying = true
      this.#onChange('half-open')
      return null
    }
    return new CloudUnavailableError(
      'The cloud has not answered of late; it is left alone for a moment.',
      'NOT_APPLIED',
      {
        retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
      },
    )
  }

  /** A call that was let through was answered, in whatever words. */
  answered(): void {
    this.#failures = 0
    this.#isTrying = false
    if (this.#openUntil === null) return
    this.#openUntil = null
    this.#onChange('closed')
  }

  failed(): void {
    this.#failures++
    const { failures, openMs } = this.#settings
    if (failures === 0 || (!this.#isTrying && this.#failures < failures)) return
    this.#isTrying = false
    const wasOpen = this.state === 'open'
    this.#openUntil = performance.now() + openMs
    if (!wasOpen) this.#onChange('open')
  }

  /** Nobody can tell: its caller has gone. */
  unknown(): void {
    this.#isTrying = false
  }
}
