import { destination, type Logger, pino } from 'pino'

/**
 * JSON lines on stdout, readable on a terminal. Nothing that a client sent is logged but the name of its operation and its
 * request id; should a request or its headers ever be handed to the log, what could be a token is taken out.
 */
export async function createLog(level: string): Promise<Logger> {
  const pretty = process.stdout.isTTY ? (await import('pino-pretty')).default : null
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: ['token', 'headers', '*.token', '*.headers', '*.*.headers', 'err.options', 'err.cause.options'],
        censor: '[taken out]',
      },
    },
    // Written by the thread pool: a line for each request must not wait for the disk or the pipe.
    pretty ? pretty({ colorize: true, ignore: 'time', sync: true }) : destination({ dest: 1, sync: false }),
  )
}
