/**
 * Several processes that share one port: the first, which serves nobody, starts the others and looks after them. Loaded only
 * when WORKERS says so.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Logger } from 'pino'
import { answerMetrics } from './worker-metrics.ts'

/** Between a worker's death and the next one's start: what killed it may need a moment to pass. */
const PAUSE_MS = 1000

/** Who dies sooner has not come to work. */
const SHORT_LIFE_MS = 10_000
const MOST_SHORT_LIVES = 5

const STOP = 'stop'

export const isPrimary = cluster.isPrimary

/** For the log. */
export const name = cluster.worker ? `worker ${cluster.worker.id}` : 'primary'

/** What a worker is told that it cannot read in its settings, which are the primary's. */
export interface HandedOver {
  readonly url: string
  readonly embedded: boolean
  readonly token: string | null
}

export interface WorkersSettings {
  readonly count: number
  readonly handOver: HandedOver
  readonly log: Logger
  /** A worker that ends with it would do so again. */
  readonly exitUnusable: number
}

/** Resolves with the exit code, when all workers have ended: told by a signal, or because they do not live. */
export async function runWorkers({ count, handOver, log, exitUnusable }: WorkersSettings): Promise<number> {
  let exitCode: number | null = null
  let shortLives = 0
  const pauses = new Set<NodeJS.Timeout>()
  const living = new Set<Worker>()
  const { promise: ended, resolve: end } = Promise.withResolvers<number>()

  const stop = (code: number) => {
    exitCode ??= code
    for (const pause of pauses) clearTimeout(pause)
    // Not `disconnect`, which waits for all connections to be closed before the worker hears of it, streams among them.
    for (const worker of living) if (worker.isConnected()) worker.send(STOP)
    if (living.size === 0) end(exitCode)
  }
  const start = (): Worker => {
    const startedAt = performance.now()
    const worker = cluster.fork()
    living.add(worker)
    // Asked for: what is sent before a worker listens is lost.
    worker.once('message', () => worker.send(exitCode === null ? handOver : STOP))
    answerMetrics(worker)
    worker.on('error', () => {}) // it cannot be told any more: its end is what counts
    worker.on('exit', (code, signal) => {
      living.delete(worker)
      if (exitCode !== null) return living.size === 0 ? end(exitCode) : undefined
      if (code === exitUnusable) return stop(code)
      log.warn(`worker ${worker.id} has ended (${signal ?? code})`)
      shortLives = performance.now() - startedAt < SHORT_LIFE_MS ? shortLives + 1 : 0
      if (shortLives > MOST_SHORT_LIVES) {
        log.fatal('the workers do not live: giving up')
        return stop(1)
      }
      const pause = setTimeout(() => {
        pauses.delete(pause)
        start()
      }, PAUSE_MS)
      pauses.add(pause)
    })
    return worker
  }

  // Once each: a second Ctrl-C ends the process the hard way, and a worker goes with its primary.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(0))
  // One first: what makes it end, such as a port in use, is then said once.
  const first = start()
  await Promise.race([once(first, 'listening'), once(first, 'exit')])
  while (exitCode === null && living.size + pauses.size < count) start()
  return ended
}

/** A worker that has not begun has nothing to end. */
let leave: () => void = () => process.exit()

/** In a worker: what the primary hands over. */
export async function receive(): Promise<HandedOver> {
  process.on('disconnect', () => leave())
  if (!process.connected) leave()
  process.send?.('ready')
  // Whoever asks for metrics meanwhile is not answered.
  return new Promise((resolve) => {
    process.on('message', (message: unknown) => {
      if (message === STOP) leave()
      else if (typeof message === 'object' && message !== null && 'url' in message) resolve(message as HandedOver)
    })
  })
}

export { metricsOfAll } from './worker-metrics.ts'

/** In a worker: on the first signal, or when the primary says so or is gone. Terminals and service managers tell every process. */
export function onStop(stop: () => Promise<void>): void {
  let isTold = false
  const end = async () => {
    if (isTold) return
    isTold = true
    await stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end())
  leave = () => void end()
}
