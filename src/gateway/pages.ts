import type { Metrics } from './observe/metrics.ts'

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

export function pagesOf(readiness: Readiness, metrics: Metrics): Pages {
  const cloudAnswers = kept(() => readiness.answers(PROBE_TIMEOUT_MS))
  return {
    '/health/live': async () => told(200, 'alive'),
    '/health/ready': async () => {
      if (readiness.isStopping) return told(503, 'stopping')
      return (await cloudAnswers()) ? told(200, 'ready') : told(503, 'the cloud does not answer')
    },
    '/metrics': async () => ({
      status: 200,
      type: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
  }
}

function told(status: number, what: string): Page {
  return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify({ status: what })}\n` }
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
