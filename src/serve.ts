/** One gateway over its cloud: all that is opened for it, and closed in order. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { originSettings } from './cloud/backend-settings.ts'
import { createBackend } from './cloud/backends.ts'
import type { CloudInfo } from './cloud/cloud.ts'
import type { Config } from './config.ts'
import { createGateway, type GatewaySettings } from './gateway/gateway.ts'
import type { Tracing } from './gateway/observe/tracing.ts'
import type { OpenCloud } from './open-cloud.ts'
import { loadOptional } from './optional-packages.ts'
import type { SharedState } from './shared-state/shared-state.ts'

export interface OpenGateway {
  /** Not yet listening. */
  readonly server: Server
  /** Whoever has asked is answered first, as long as the grace lasts. */
  stop(): Promise<void>
}

/** A gateway with all that it needs, as the settings say. Where it cannot be opened, nothing stays open, the cloud neither. */
export async function openGateway(
  config: Config,
  cloud: OpenCloud,
  log: Logger,
  metricsOfAll?: GatewaySettings['metricsOfAll'],
): Promise<OpenGateway> {
  const backend = createBackend({
    ...originSettings(cloud.url, config.cloudLimits),
    info: {
      name: cloud.embedded ? 'embedded' : cloud.url.host,
      dialect: 'cyclades',
      embedded: cloud.embedded,
    } satisfies CloudInfo,
    onBreaker: (state) => log.warn({ breaker: state }, 'calls to the cloud'),
  })
  const closeAll = async () => {
    await shared?.close()
    await Promise.all([backend.close(), cloud.close(), tracing?.close()])
  }
  let shared: SharedState | null = null
  let tracing: Tracing | null = null
  try {
    shared = await openShared(config, cloud.url, log)
    tracing = config.traces ? await openTracing() : null
  } catch (error) {
    await closeAll()
    throw error
  }
  const { server, stop } = createGateway({
    host: config.host,
    backend,
    defaultToken: cloud.token,
    deadlineMs: config.cloudLimits.deadlineMs,
    waits: config.waits,
    polls: config.polls,
    lookouts: shared?.lookouts,
    sharedRates: shared?.rateLimiter,
    keep: { snapshots: config.snapshots, maxBytes: config.snapshotBytes, wholeEveryMs: config.wholeReadMs },
    maxPageRows: config.maxPageRows,
    limits: config.limits,
    log,
    tracing,
    metricsOfAll,
  })
  return {
    server,
    stop: async () => {
      log.info({ graceMs: config.graceMs }, 'stopping')
      await stop(config.graceMs)
      await closeAll()
    },
  }
}

/** The URL of its endpoint. Rejects with Node's own error when it cannot listen, EADDRINUSE for example. */
export async function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo // it listens at a port
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}/graphql`
}

/** Resolves when it listens, with what ends it. */
export async function serve(
  config: Config,
  cloud: OpenCloud,
  log: Logger,
  metricsOfAll?: GatewaySettings['metricsOfAll'],
): Promise<() => Promise<void>> {
  log.info(`${cloud.embedded ? 'embedded cloud' : 'cloud'} at ${cloud.url.href}`)
  const { server, stop } = await openGateway(config, cloud, log, metricsOfAll)
  log.info(`GraphQL and GraphiQL at ${await listen(server, config)}`)
  if (!cloud.embedded && cloud.token === null) log.info('every request needs a token of its own: X-Auth-Token')
  return stop
}

/** Null where OpenTelemetry's own variables say so. */
async function openTracing(): Promise<Tracing | null> {
  const load = () => import('./gateway/observe/opentelemetry.ts')
  const { createTracing } = await loadOptional('OTEL_EXPORTER_OTLP_ENDPOINT', load)
  return createTracing()
}

/** Null without a Redis; then nothing of it is loaded. */
async function openShared({ redisUrl }: Config, cloudUrl: URL, log: Logger): Promise<SharedState | null> {
  if (!redisUrl) return null
  const { openSharedState } = await loadOptional('REDIS_URL', () => import('./shared-state/shared-state.ts'))
  return openSharedState({ redisUrl, cloudUrl, log })
}
