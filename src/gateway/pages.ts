import { Registry } from 'prom-client'
import { version } from '../version.ts'

/** What is answered by path alone, to whoever looks after the gateway: no token, no line in the log. */
export interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

export type Pages = Readonly<Record<string, () => Promise<Page>>>

export interface Readiness {
  /** True once the process has been told to stop. */
  readonly isStopping: boolean
  /** Whether the cloud answers. */
  answers(timeoutMs: number): Promise<boolean>
}

const PROBE_TIMEOUT_MS = 2000

/** Whoever asks more often is told the same again: probes of many do not become calls of many. */
const PROBE_KEPT_MS = 3000

/** `readMetrics` gives them as Prometheus takes them. */
export function pagesOf(readiness: Readiness, readMetrics: () => Promise<string>): Pages {
  const cloudAnswers = kept(() => readiness.answers(PROBE_TIMEOUT_MS))
  return {
    '/health/live': async () => told(200, 'alive', { version }),
    '/health/ready': async () => {
      if (readiness.isStopping) return told(503, 'stopping')
      return (await cloudAnswers()) ? told(200, 'ready') : told(503, 'the cloud does not answer')
    },
    '/metrics': () =>
      readMetrics().then(
        (body) => ({ status: 200, type: Registry.PROMETHEUS_CONTENT_TYPE, body }),
        (error: Error) => told(503, error.message),
      ),
  }
}

function told(status: number, what: string, more: object = {}): Page {
  return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify({ status: what, ...more })}\n` }
}

/** One at a time, and the same again for a while. */
function kept<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let held: Promise<Value> | undefined
  return () => {
    held ??= ask().finally(() => {
      setTimeout(() => {
        held = undefined
      }, PROBE_KEPT_MS).unref()
    })
    return held
  }
}
