/**
 * Latency at a load that each can bear: 70 % of what it answers in a closed loop, arriving at a fixed rate. And, as the measure
 * of the machine, that of a server that has the very same work with each request: what its p99 is above its p50 is no program's
 * doing, but that of the cores that all of us share.
 */
import { type Bench, distinctTokens } from '../bench.ts'
import { closedLoop, Endpoint, openLoop, type Question } from '../client.ts'
import { startConstant } from '../processes.ts'
import { queries } from '../queries.ts'
import { type Name, quantile, type Row } from '../table.ts'

const SHARE = 0.7

export async function steadyScenario(bench: Bench): Promise<Row[]> {
  const { connections, steadySeconds, warmUpSeconds } = bench.options
  const query = queries['whole graph']
  const tokens = distinctTokens(connections)
  const question = { query, tokens, bytes: await bench.check(query, tokens) }
  const load: Load = { question, warmUpSeconds, steadySeconds }
  const rates: Partial<Record<Name, number[]>> = {}
  const p50: Partial<Record<Name, number[]>> = {}
  const p99: Partial<Record<Name, number[]>> = {}
  for (const { name, endpoint } of bench.contestants) {
    const { perSecond, latencies } = await steady(endpoint, load)
    rates[name] = [perSecond]
    p50[name] = [quantile(latencies, 0.5)]
    p99[name] = [quantile(latencies, 0.99)]
  }
  const constant = await steadyConstant(load)
  await bench.check(query, tokens)
  return [
    { what: 'whole graph at 70 % of capacity, requests/s', samples: rates },
    { what: 'whole graph at 70 % of capacity, p50 ms', samples: p50 },
    { what: 'whole graph at 70 % of capacity, p99 ms', samples: p99 },
    { what: 'constant work at 70 % of capacity, p50 ms', samples: { floor: [quantile(constant, 0.5)] } },
    { what: 'constant work at 70 % of capacity, p99 ms', samples: { floor: [quantile(constant, 0.99)] } },
  ]
}

interface Load {
  readonly question: Question
  readonly warmUpSeconds: number
  readonly steadySeconds: number
}

async function steady(endpoint: Endpoint, { question, warmUpSeconds, steadySeconds }: Load) {
  await closedLoop(endpoint, question, warmUpSeconds)
  const perSecond = (await closedLoop(endpoint, question, warmUpSeconds)).perSecond * SHARE
  return { perSecond, latencies: await openLoop(endpoint, question, { perSecond, seconds: steadySeconds }) }
}

async function steadyConstant(load: Load): Promise<number[]> {
  await using server = await startConstant(load.question.bytes)
  const endpoint = new Endpoint(server.url)
  const { latencies } = await steady(endpoint, load)
  await endpoint.close()
  return latencies
}
