/** The metrics of several workers as one page: whichever of them Prometheus reaches answers for all. */
import type { Worker } from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'

interface Question {
  readonly metricsOfAll: number
}

interface Answer extends Question {
  /** Null: not all have answered in time. */
  readonly text: string | null
}

const isAbout = <Kind extends Question>(message: unknown): message is Kind =>
  typeof message === 'object' && message !== null && 'metricsOfAll' in message

/** In the primary, for each worker. */
export function answerMetrics(worker: Worker): void {
  const all = new AggregatorRegistry()
  worker.on('message', (question: unknown) => {
    if (!isAbout<Question>(question)) return
    const { metricsOfAll } = question
    const answer = (text: string | null) => {
      if (worker.isConnected()) worker.send({ metricsOfAll, text } satisfies Answer)
    }
    all.clusterMetrics().then(answer, () => answer(null))
  })
}

/** In a worker: what reads all workers' metrics. It rejects while one of them has not begun to work. */
export function metricsOfAll(own: Registry): () => Promise<string> {
  AggregatorRegistry.setRegistries([own])
  new AggregatorRegistry() // answers the primary from now on
  const waiting = new Map<number, (text: string | null) => void>()
  process.on('message', (answer: unknown) => {
    if (!isAbout<Answer>(answer)) return
    waiting.get(answer.metricsOfAll)?.(answer.text)
    waiting.delete(answer.metricsOfAll)
  })
  let asked = 0
  return async () => {
    const id = ++asked
    const text = await new Promise<string | null>((resolve) => {
      waiting.set(id, resolve)
      process.send?.({ metricsOfAll: id } satisfies Question)
    })
    if (text === null) throw new Error('not all workers have told their metrics')
    return text
  }
}
