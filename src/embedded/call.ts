/** What an operation gets and gives: one authenticated call, and its answer before it becomes HTTP. */
import type { Db } from './db.ts'
import { badRequest } from './faults.ts'
import type { Jobs } from './jobs.ts'
import type { Links } from './links.ts'
import { parseJson } from './python.ts'

export interface World {
  readonly db: Db
  readonly jobs: Jobs
  readonly links: Links
}

export interface Call extends World {
  readonly userId: string
  /** `id`, and `key` where the path has a second one. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Throws the faults of Cyclades REST 1.5, so ask for it before looking at anything else. */
  json(): unknown
}

export interface Answer {
  status: number
  /** Without it, and without `bytes`, the answer has an empty body. */
  json?: unknown
  /** JSON that is written already, ASCII only. */
  bytes?: Buffer
}

export type Operation = (call: Call) => Answer

export const ok = (json: unknown): Answer => ({ status: 200, json })
export const created = (json: unknown): Answer => ({ status: 201, json })
/** All but the making of networks and servers answer 202 with nothing. */
export const accepted: Answer = { status: 202 }
export const noContent: Answer = { status: 204 }
/** Nothing has changed since the time asked about. */
export const notModified: Answer = { status: 304 }

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A body that was sent, parsed at most once. */
export class Body {
  readonly #bytes: Uint8Array
  readonly #contentType: string | undefined
  #parsed: { value: unknown } | null | undefined

  constructor(bytes: Uint8Array, contentType: string | undefined) {
    this.#bytes = bytes
    this.#contentType = contentType
  }

  json(): unknown {
    if (this.#contentType === undefined) throw badRequest('Missing Content-Type header field')
    if (!this.#contentType.startsWith('application/json'))
      throw badRequest(`Unsupported Content-type: '${this.#contentType}'`)
    const parsed = this.#parse()
    if (!parsed) throw badRequest('Invalid JSON data')
    return parsed.value
  }

  /** For the log: as JSON, else as text, else null. */
  toLog(): unknown {
    if (this.#bytes.length === 0) return null
    const parsed = this.#parse()
    return parsed ? parsed.value : new TextDecoder().decode(this.#bytes)
  }

  #parse(): { value: unknown } | null {
    if (this.#parsed === undefined) {
      try {
        this.#parsed = { value: parseJson(UTF_8.decode(this.#bytes)) }
      } catch {
        this.#parsed = null
      }
    }
    return this.#parsed
  }
}
