/** OpenTelemetry, loaded only where an exporter is configured: its environment variables are the standard's own (OTEL_*). */
import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { CallInfo } from '../../cloud/cloud.ts'
import {
  batchingFromEnvironment,
  isTracingOff,
  resourceFromEnvironment,
  samplerFromEnvironment,
} from './otel-environment.ts'
import type { RequestTrace, Tracing } from './tracing.ts'

const propagator = new W3CTraceContextPropagator()

/** The exporter reads OTEL_EXPORTER_OTLP_ENDPOINT and its siblings by itself. */
export function createTracing(): Tracing | null {
  if (isTracingOff()) return null
  const provider = new TracerProvider({
    resource: resourceFromEnvironment(),
    sampler: samplerFromEnvironment(),
    spanProcessors: [new BatchSpanProcessor({ ...batchingFromEnvironment(), exporter: new OTLPTraceExporter() })],
  })
  const tracer = provider.getTracer('cloudnet-graphql')
  const begin = (name: string, kind: SpanKind, parent: Context, attributes: Record<string, string>) =>
    tracer.startSpan(name, { kind, attributes }, parent)

  return {
    request(headers) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)
      const span = begin('GraphQL', SpanKind.SERVER, parent, { 'http.request.method': 'POST' })
      return new OpenTrace(span, (name, kind, attributes) => begin(name, kind, trace.setSpan(parent, span), attributes))
    },
    close: () => provider.shutdown(),
  }
}

class OpenTrace implements RequestTrace {
  readonly #span: Span
  readonly #begin: (name: string, kind: SpanKind, attributes: Record<string, string>) => Span

  constructor(span: Span, begin: (name: string, kind: SpanKind, attributes: Record<string, string>) => Span) {
    this.#span = span
    this.#begin = begin
  }

  call({ method, route }: CallInfo) {
    const span = this.#begin(`${method} ${route}`, SpanKind.CLIENT, {
      'http.request.method': method,
      'url.template': route,
    })
    const headers: Record<string, string> = {}
    propagator.inject(trace.setSpan(context.active(), span), headers, defaultTextMapSetter)
    return {
      headers,
      ended: (status: number | null) => {
        if (status === null) span.setStatus({ code: SpanStatusCode.ERROR, message: 'no answer' })
        else span.setAttribute('http.response.status_code', status)
        span.end()
      },
    }
  }

  rootField<Value>(name: string, resolve: () => Value): Value {
    const span = this.#begin(name, SpanKind.INTERNAL, {})
    const value = resolve()
    if (value instanceof Promise)
      void value.then(
        () => span.end(),
        () => span.end(),
      )
    else span.end()
    return value
  }

  ended({ operation, status, codes }: Parameters<RequestTrace['ended']>[0]): void {
    if (operation !== null) this.#span.updateName(operation)
    this.#span.setAttribute('http.response.status_code', status)
    if (codes.length > 0) this.#span.setAttribute('graphql.error.codes', [...codes])
    if (status >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR })
    this.#span.end()
  }
}
