/** How the process ends: told to, or by a fault of its own. */
import { constants } from 'node:os'
import type { Logger } from 'pino'

/** The first signal ends it as `stop` does, with exit code 0; a second one ends it at once. */
export function endOnSignal(stop: () => Promise<void>): void {
  let isStopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + constants.signals[signal])
      isStopping = true
      void stop().then(() => process.exit(0))
    })
  }
}

/**
 * An error that nobody has caught leaves the process in a state that nobody knows: it is told in the log, and the process
 * ends with exit code 1, for whoever looks after it to start it again.
 */
export function endOnCrash(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'unexpected error, the process ends')
    // What was logged is written when the process exits (pino).
    process.exit(1)
  })
}
