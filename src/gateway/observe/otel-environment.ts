/**
 * OpenTelemetry's standard environment variables that its SDK 3 leaves to the application: which traces are sampled, and how
 * finished spans are batched (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). The exporter
 * reads OTEL_EXPORTER_OTLP_* by itself.
 */
import { getBooleanFromEnv, getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core'
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type BatchSpanProcessorOptions,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'

const roots: Readonly<Record<string, () => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: () => new TraceIdRatioBasedSampler(getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1),
}

/** OTEL_SDK_DISABLED and OTEL_TRACES_EXPORTER. */
export function isTracingOff(): boolean {
  return getBooleanFromEnv('OTEL_SDK_DISABLED') === true || getStringFromEnv('OTEL_TRACES_EXPORTER') === 'none'
}

/** OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG; `parentbased_always_on` unless set, also for a name that is not known. */
export function samplerFromEnvironment(): Sampler {
  const name = getStringFromEnv('OTEL_TRACES_SAMPLER') ?? ''
  const own = roots[name]
  if (own) return own()
  return new ParentBasedSampler({ root: roots[name.replace(/^parentbased_/, '')]?.() ?? new AlwaysOnSampler() })
}

/** OTEL_BSP_*: size of the queue and of a batch, and the milliseconds between and for exports. */
export function batchingFromEnvironment(): Omit<BatchSpanProcessorOptions, 'exporter'> {
  const given = {
    maxQueueSize: getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    scheduledDelayMillis: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT'),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, which win over the gateway's own name. */
export function resourceFromEnvironment(): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'cloudnet-graphql' }))
    .merge(detectResources({ detectors: [envDetector] }))
}
