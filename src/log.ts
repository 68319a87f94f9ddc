import { destination, type Logger, pino, stdSerializers } from 'pino'

/** What libraries hang on their errors, and could hold what was sent: headers, and so a token. */
const TAKEN_OUT = ['headers', 'rawHeaders', 'options', 'request', 'config', 'token']

/**
 * JSON lines on stdout, readable on a terminal. Nothing that a client sent is logged but the name of its operation and its
 * request id; of errors, whatever could hold a token is taken out. Of several processes each line says whose it is.
 */
export async function createLog(level: string, processName?: string): Promise<Logger> {
  const pretty = process.stdout.isTTY ? (await import('pino-pretty')).default : null
  return pino(
    { level, base: processName === undefined ? null : { process: processName }, serializers: { err: toldOf } },
    // Written in bunches and by the thread pool: a line for each request must not cost a system call, nor wait for a pipe.
    pretty
      ? pretty({ colorize: true, ignore: 'time', sync: true })
      : destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 }),
  )
}

function toldOf(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const withoutSecrets = (key: string, value: unknown) => (TAKEN_OUT.includes(key) ? '[taken out]' : value)
  return JSON.parse(JSON.stringify(stdSerializers.errWithCause(error), withoutSecrets))
}
