/** Latency at a load that each can bear: 70 % of what it answers in a closed loop, arriving at a fixed rate. */
import { type Bench, distinctTokens } from '../bench.ts'
import { closedLoop, openLoop } from '../client.ts'
import { queries } from '../queries.ts'
import { type Name, quantile, type Row } from '../table.ts'

const SHARE = 0.7

export async function steadyScenario(bench: Bench): Promise<Row[]> {
  const { connections, steadySeconds, warmUpSeconds } = bench.options
  const query = queries['whole graph']
  const tokens = distinctTokens(connections)
  const question = { query, tokens, bytes: await bench.check(query, tokens) }
  const rates: Partial<Record<Name, number[]>> = {}
  const p50: Partial<Record<Name, number[]>> = {}
  const p99: Partial<Record<Name, number[]>> = {}
  for (const { name, endpoint } of bench.contestants) {
    await closedLoop(endpoint, question, warmUpSeconds)
    const perSecond = (await closedLoop(endpoint, question, warmUpSeconds)).perSecond * SHARE
    const latencies = await openLoop(endpoint, question, { perSecond, seconds: steadySeconds })
    rates[name] = [perSecond]
    p50[name] = [quantile(latencies, 0.5)]
    p99[name] = [quantile(latencies, 0.99)]
  }
  await bench.check(query, tokens)
  return [
    { what: 'whole graph at 70 % of capacity, requests/s', samples: rates },
    { what: 'whole graph at 70 % of capacity, p50 ms', samples: p50 },
    { what: 'whole graph at 70 % of capacity, p99 ms', samples: p99 },
  ]
}
