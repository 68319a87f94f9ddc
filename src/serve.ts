/** One gateway over its cloud: all that is opened for it, and closed in order. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { originSettings } from './cloud/backend-settings.ts'
import { createBackend } from './cloud/backends.ts'
import type { CloudInfo } from './cloud/cloud.ts'
import type { Config } from './config.ts'
import { createGateway, type GatewaySettings } from './gateway/gateway.ts'
import type { OpenCloud } from './open-cloud.ts'
import { defaultWaits } from './operations/wait.ts'
import { defaultPolls } from './operations/watch.ts'
import type { SharedState } from './shared-state/shared-state.ts'

/** Resolves when it listens, with what ends it: whoever has asked is answered first, as long as the grace lasts. */
export async function serve(
  config: Config,
  cloud: OpenCloud,
  log: Logger,
  metricsOfAll?: GatewaySettings['metricsOfAll'],
): Promise<() => Promise<void>> {
  log.info(`${cloud.embedded ? 'embedded cloud' : 'cloud'} at ${cloud.url.href}`)
  const backend = createBackend({
    ...originSettings(cloud.url, config.cloudLimits),
    info: {
      name: cloud.embedded ? 'embedded' : cloud.url.host,
      dialect: 'cyclades',
      embedded: cloud.embedded,
    } satisfies CloudInfo,
    onBreaker: (state) => log.warn({ breaker: state }, 'calls to the cloud'),
  })
  const shared = await openShared(config, cloud.url, log)
  const tracing = config.traces ? (await import('./gateway/observe/opentelemetry.ts')).createTracing() : null
  const { server, stop } = createGateway({
    backend,
    defaultToken: cloud.token,
    deadlineMs: config.cloudLimits.deadlineMs,
    waits: defaultWaits,
    polls: defaultPolls,
    lookouts: shared?.lookouts,
    sharedRates: shared?.rateLimiter,
    keep: { snapshots: config.snapshots, maxBytes: config.snapshotBytes },
    maxPageRows: config.maxPageRows,
    limits: config.limits,
    log,
    tracing,
    metricsOfAll,
  })
  server.listen(config.port, config.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens at a port
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  log.info(`GraphQL and GraphiQL at http://${host}:${port}/graphql`)
  if (!cloud.embedded && cloud.token === null) log.info('every request needs a token of its own: X-Auth-Token')

  return async () => {
    log.info({ graceMs: config.graceMs }, 'stopping')
    await stop(config.graceMs)
    await shared?.close()
    await Promise.all([backend.close(), cloud.close(), tracing?.close()])
  }
}

/** Null without a Redis; then nothing of it is loaded. */
async function openShared({ redisUrl }: Config, cloudUrl: URL, log: Logger): Promise<SharedState | null> {
  if (!redisUrl) return null
  const { openSharedState } = await import('./shared-state/shared-state.ts')
  return openSharedState({ redisUrl, cloudUrl, log })
}
