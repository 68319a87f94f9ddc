/** How long it takes from nothing to the first answer, over the embedded cloud's tutorial. */
import type { Bench } from '../bench.ts'
import { Endpoint } from '../client.ts'
import { startGateway } from '../processes.ts'
import { queries } from '../queries.ts'
import type { Row } from '../table.ts'

export async function startScenario({ options }: Bench): Promise<Row[]> {
  const samples: number[] = []
  for (let i = 0; i < options.starts; i++) {
    const started = performance.now()
    await using gateway = await startGateway({ EMBEDDED_PORT: '0' })
    const endpoint = new Endpoint(gateway.url)
    await endpoint.ask(queries['list of networks'], null)
    samples.push(performance.now() - started)
    await endpoint.close()
  }
  return [{ what: 'start to first answer, ms', samples: { 'as shipped': samples } }]
}
