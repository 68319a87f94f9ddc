import type { IncomingHttpHeaders } from 'node:http'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'
import { RequestRecord } from './record.ts'
import type { Tracing } from './tracing.ts'

/** What the caller got: an HTTP status, or nothing whole, because they had gone. */
export interface Ending {
  readonly status: number
  readonly isWhole: boolean
}

/** Makes the record of each request, and tells log, metrics and trace what became of it. */
export class Observer {
  readonly #log: Logger
  readonly #metrics: Metrics
  readonly #tracing: Tracing | null

  constructor({ log, metrics, tracing }: { log: Logger; metrics: Metrics; tracing: Tracing | null }) {
    this.#log = log
    this.#metrics = metrics
    this.#tracing = tracing
  }

  began(headers: IncomingHttpHeaders): RequestRecord {
    this.#metrics.began()
    return new RequestRecord(headers, this.#tracing?.request(headers) ?? null)
  }

  ended(record: RequestRecord, { status, isWhole }: Ending): void {
    const { id, operationName, operationType, codes, restCalls, coalescedReads, cache } = record
    this.#metrics.ended(record, status)
    record.trace?.ended({ operation: operationType && [operationType, operationName].join(' ').trim(), status, codes })
    this.#log.info(
      {
        requestId: id,
        operation: operationName ?? undefined,
        type: operationType ?? undefined,
        status,
        ms: Math.round(record.ms * 10) / 10,
        restCalls,
        coalesced: coalescedReads,
        cache,
        codes: codes.length > 0 ? [...new Set(codes)] : undefined,
        left: isWhole ? undefined : true,
      },
      'request',
    )
  }
}
