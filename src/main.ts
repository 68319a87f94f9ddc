/** The process: settings, start, end. */
import type { Logger } from 'pino'
import { type Config, manual, readConfig } from './config.ts'
import { createLog } from './log.ts'
import { type OpenCloud, openCloud } from './open-cloud.ts'
import { endOnCrash, endOnSignal } from './process-end.ts'
import { serve } from './serve.ts'
import { ConfigError } from './settings/readers.ts'
import { version } from './version.ts'
import type { HandedOver } from './workers.ts'

/** A setting that cannot be used, a port in use among them. */
const EXIT_UNUSABLE = 2

async function main(): Promise<void> {
  const config = readConfig()
  if (config === 'help') return void process.stdout.write(manual())
  if (config === 'version') return void process.stdout.write(`${version}\n`)
  const workers = config.workers > 1 ? await import('./workers.ts') : null
  const log = await createLog(config.logLevel, workers?.name)
  endOnCrash(log)
  if (workers?.isPrimary ?? true) log.info({ version }, `cloudnet-graphql ${version} on Node ${process.versions.node}`)
  if (!workers) return endOnSignal(await serve(config, await openCloud(config), log))
  if (workers.isPrimary) return lookAfter(workers, config, log)
  const cloud = cloudOf(await workers.receive())
  workers.onStop(await serve(config, cloud, log, workers.metricsOfAll))
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
