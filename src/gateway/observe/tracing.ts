import type { IncomingHttpHeaders } from 'node:http'
import type { CallInfo, CallWatch } from '../../cloud/cloud.ts'

/** Traces requests; there is none unless an exporter is configured. */
export interface Tracing {
  /** Begins the span of a request, below the one that its headers name (W3C Trace Context). */
  request(headers: IncomingHttpHeaders): RequestTrace
  /** Sends what has not been sent yet. */
  close(): Promise<void>
}

export interface RequestTrace {
  call(info: CallInfo): CallWatch
  /** A span around the resolver of a field of the query's or the mutation's root. */
  rootField<Value>(name: string, resolve: () => Value): Value
  ended(told: { readonly operation: string | null; readonly status: number; readonly codes: readonly string[] }): void
}
