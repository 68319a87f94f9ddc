/** What was asked of the cloud, for tests that count requests and for people who wonder. */

export interface LoggedRequest {
  readonly method: string
  /** Below the base URL: `/networks/3/action`. Whole for paths outside of it. */
  readonly path: string
  /** Method and pattern, `POST /networks/:id/action`; null where none fits. */
  readonly route: string | null
  /** Without a token that it may hold. */
  readonly query: Readonly<Record<string, string>>
  /** As JSON if it is that, else as text; null without one. */
  readonly body: unknown
  /** Of the headers X-Request-Id and traceparent; null without. */
  readonly requestId: string | null
  readonly traceparent: string | null
  /** User id, never the token. Null until the token was accepted. */
  tenant: string | null
  /** Null until answered, and for ever if it never was. */
  status: number | null
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number
  endedAt: number | null
}

/** The oldest are dropped in bunches, since dropping one by one from a long array is slow. */
const LIMIT = 10_000
const BUNCH = 1000

export class RequestLog {
  readonly entries: LoggedRequest[] = []

  add(entry: LoggedRequest): LoggedRequest {
    if (this.entries.length >= LIMIT) this.entries.splice(0, BUNCH)
    this.entries.push(entry)
    return entry
  }

  clear(): void {
    this.entries.length = 0
  }
}
