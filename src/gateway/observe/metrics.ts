/** What Prometheus may ask for. Labels come from us alone, never from a client: their number is bounded. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { BackendHealth, CallInfo } from '../../cloud/cloud.ts'
import { version } from '../../version.ts'
import type { RequestRecord } from './record.ts'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export class Metrics {
  readonly registry = new Registry()
  readonly #operations = new Counter({
    name: 'cloudnet_graphql_operations_total',
    help: 'GraphQL requests, by type of operation (none: refused before there was one) and HTTP status.',
    labelNames: ['type', 'status'],
    registers: [this.registry],
  })
  readonly #durations = new Histogram({
    name: 'cloudnet_graphql_operation_duration_seconds',
    help: 'From the first byte of a request to the last of its answer; without subscriptions.',
    labelNames: ['type'],
    buckets: SECONDS,
    registers: [this.registry],
  })
  readonly #errors = new Counter({
    name: 'cloudnet_graphql_errors_total',
    help: 'Errors that were answered, in errors[] or as members of unions, by code.',
    labelNames: ['code'],
    registers: [this.registry],
  })
  readonly #coalesced = new Counter({
    name: 'cloudnet_reads_coalesced_total',
    help: 'Reads that waited for the call of another request instead of making one.',
    registers: [this.registry],
  })
  readonly #cache = new Counter({
    name: 'cloudnet_query_cache_total',
    help: 'Queries by what was held for their caller: answer (given again), lists (brought up to date), none.',
    labelNames: ['held'],
    registers: [this.registry],
  })
  readonly #calls = new Counter({
    name: 'cloudnet_rest_calls_total',
    help: 'Calls to the cloud, further attempts among them, by method, route and status (none: no answer).',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  })
  readonly #callDurations = new Histogram({
    name: 'cloudnet_rest_call_duration_seconds',
    help: 'From when a call is sent to the last byte of its answer.',
    labelNames: ['method', 'route'],
    buckets: SECONDS,
    registers: [this.registry],
  })

  #requestsUnderWay = 0

  constructor({ health, subscriptions }: { health: BackendHealth; subscriptions: () => number }) {
    collectDefaultMetrics({ register: this.registry })
    new Gauge({
      name: 'cloudnet_build_info',
      help: '1, with the version of the gateway as a label.',
      labelNames: ['version'],
      registers: [this.registry],
      aggregator: 'first',
    }).set({ version }, 1)
    this.#gauge(
      'cloudnet_http_requests_in_flight',
      'HTTP requests that are being answered, streams among them.',
      () => this.#requestsUnderWay,
    )
    this.#gauge('cloudnet_rest_calls_in_flight', 'Calls to the cloud that are under way.', () => health.callsUnderWay)
    this.#gauge(
      'cloudnet_breaker_open',
      '1 while the cloud is left alone, because it has answered nobody of late; 0.5 while one call tries; else 0.',
      () => ({ closed: 0, 'half-open': 0.5, open: 1 })[health.breaker],
    )
    this.#gauge('cloudnet_subscriptions', 'Subscriptions that are open.', subscriptions)
  }

  began(): void {
    this.#requestsUnderWay++
  }

  ended(record: RequestRecord, status: number): void {
    this.#requestsUnderWay--
    const { ms, operationType, cache, coalescedReads, codes } = record
    const type = operationType ?? 'none'
    this.#operations.inc({ type, status })
    if (type !== 'subscription') this.#durations.observe({ type }, ms / 1000)
    if (type === 'query') this.#cache.inc({ held: cache })
    if (coalescedReads > 0) this.#coalesced.inc(coalescedReads)
    for (const code of codes) this.#errors.inc({ code })
  }

  called({ method, route }: CallInfo, status: number | null, ms: number): void {
    this.#calls.inc({ method, route, status: status ?? 'none' })
    this.#callDurations.observe({ method, route }, ms / 1000)
  }

  #gauge(name: string, help: string, read: () => number): Gauge {
    return new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read())
      },
    })
  }
}
