/** What a new tenant waits for the whole graph when the cloud is not next door. The processes are warm. */
import type { Bench } from '../bench.ts'
import { queries } from '../queries.ts'
import { noSamples, type Row } from '../table.ts'

const DELAY_MS = 50

export async function coldScenario(bench: Bench): Promise<Row[]> {
  const query = queries['whole graph']
  const samples = noSamples()
  // Compiled code and open connections first.
  for (let i = 0; i < 5; i++) await bench.check(query, [`tenant-a-before-${i}`])
  await bench.delayingRestCalls(DELAY_MS, async () => {
    for (let i = 0; i < bench.options.colds; i++) {
      for (const { name, endpoint } of bench.turns(i)) {
        const started = performance.now()
        await endpoint.ask(query, `tenant-a-new-${i}`)
        samples[name].push(performance.now() - started)
      }
    }
  })
  await bench.check(query, ['tenant-a-new-0'])
  return [{ what: `whole graph, new tenant, ${DELAY_MS} ms a REST call, ms`, samples }]
}
