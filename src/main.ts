#!/usr/bin/env -S node --max-semi-space-size=32
/** The process: settings, start, signals, exit code. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type Logger, pino } from 'pino'
import { originSettings } from './cloud/backend-settings.ts'
import { createBackend } from './cloud/backends.ts'
import type { CloudInfo } from './cloud/cloud.ts'
import { type Config, ConfigError, manual, readConfig } from './config.ts'
import { createGateway } from './gateway/gateway.ts'
import { yogaLogger } from './gateway/log.ts'
import { defaultWaits } from './operations/wait.ts'
import { defaultPolls } from './operations/watch.ts'
import type { SharedState } from './shared-state/shared-state.ts'
import type { HandedOver } from './workers.ts'

/** A setting that cannot be used, a port in use among them. */
const EXIT_UNUSABLE = 2

async function main(): Promise<void> {
  const config = readConfig()
  if (config === 'help') {
    process.stdout.write(manual())
    return
  }
  const workers = config.workers > 1 ? await import('./workers.ts') : null
  const log = pino(
    { level: config.logLevel, base: workers && { process: workers.name } },
    process.stdout.isTTY
      ? (await import('pino-pretty')).default({ colorize: true, ignore: 'time', sync: true })
      : undefined,
  )

  if (workers?.isPrimary) return lookAfter(workers, config, log)
  const cloud = workers ? cloudOf(await workers.receive()) : await openCloud(config)
  log.info(`${cloud.embedded ? 'embedded cloud' : 'cloud'} at ${cloud.url.href}`)
  const backend = createBackend({
    ...originSettings(cloud.url, config.cloudLimits),
    info: {
      name: cloud.embedded ? 'embedded' : cloud.url.host,
      dialect: 'cyclades',
      embedded: cloud.embedded,
    } satisfies CloudInfo,
    onBreaker: (state) => log.warn({ breaker: state }, `calls to the cloud: ${state}`),
  })
  const shared = await openShared(config, cloud.url, log)
  const server = createGateway({
    backend,
    defaultToken: cloud.token,
    deadlineMs: config.cloudLimits.deadlineMs,
    waits: defaultWaits,
    polls: defaultPolls,
    lookouts: shared?.lookouts,
    keep: { snapshots: config.snapshots, maxBytes: config.snapshotBytes },
    maxPageRows: config.maxPageRows,
    maxBodyBytes: config.maxBodyBytes,
    logger: yogaLogger(log),
  })
  server.listen(config.port, config.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens at a port
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  log.info(`GraphQL and GraphiQL at http://${host}:${port}/graphql`)
  if (!cloud.embedded && cloud.token === null) log.info('every request needs a token of its own: X-Auth-Token')

  const stop = async () => {
    log.info('stopping')
    server.close()
    server.closeAllConnections()
    await shared?.close()
    await backend.close()
    await cloud.close()
  }
  if (workers) return workers.onStop(stop)
  // Once each: a second Ctrl-C ends the process the hard way.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

interface OpenCloud {
  readonly url: URL
  readonly embedded: boolean
  /** For requests that bring none. */
  readonly token: string | null
  close(): Promise<void>
}

async function openCloud({ cloudUrl, cloudToken, embedded }: Config): Promise<OpenCloud> {
  if (cloudUrl) return { url: cloudUrl, embedded: false, token: cloudToken, close: async () => {} }
  const { startEmbeddedCloud } = await import('./embedded/cloud.ts')
  const cloud = await startEmbeddedCloud({
    port: embedded.port,
    jobDelayMs: embedded.jobDelayMs,
    seed: embedded.generated ?? 'tutorial',
  })
  return { url: new URL(cloud.url), embedded: true, token: cloudToken ?? cloud.token, close: () => cloud.close() }
}

/** Null without a Redis; then nothing of it is loaded. */
async function openShared({ redisUrl }: Config, cloudUrl: URL, log: Logger): Promise<SharedState | null> {
  if (!redisUrl) return null
  const { openSharedState } = await import('./shared-state/shared-state.ts')
  return openSharedState({ redisUrl, cloudUrl, log })
}

type Workers = typeof import('./workers.ts')

/** The primary's part: it starts the embedded cloud, if that is wanted, for all. */
async function lookAfter({ runWorkers }: Workers, config: Config, log: Logger): Promise<void> {
  const { close, ...cloud } = await openCloud(config)
  log.info(`${config.workers} workers`)
  if (!config.redisUrl)
    log.info('without REDIS_URL each worker counts by itself what limits allow, and polls by itself')
  const handOver = { ...cloud, url: cloud.url.href }
  process.exitCode = await runWorkers({ count: config.workers, handOver, log, exitUnusable: EXIT_UNUSABLE })
  await close()
}

const cloudOf = ({ url, ...same }: HandedOver): OpenCloud => ({ ...same, url: new URL(url), close: async () => {} })

main().catch((error: NodeJS.ErrnoException) => {
  if (error instanceof ConfigError) quit(error.message)
  // A worker has the primary bind for it.
  if (error.syscall === 'listen' || error.syscall === 'bind')
    quit(`The gateway cannot listen: ${error.message}. --port and --embedded-port choose others.`)
  throw error
})

/** One readable line, and no stack. */
function quit(message: string): never {
  process.stderr.write(`cloudnet-graphql: ${message}\n`)
  process.exit(EXIT_UNUSABLE)
}
