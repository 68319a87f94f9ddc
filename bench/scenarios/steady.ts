/**
 * Latency at a load that each can bear: 70 % of what it answers in a closed loop, arriving at a fixed rate, in rounds in which all
 * take turns. And, as the measure of the machine, that of a server that has the very same work with each request: what its p99 is
 * above its p50 is no program's doing, but that of the cores that all of us share.
 */
import { type Bench, distinctTokens } from '../bench.ts'
import { LoadGenerator, type Question } from '../load.ts'
import { startConstant } from '../processes.ts'
import { queries } from '../queries.ts'
import { median, type Name, quantile, type Row } from '../table.ts'

const SHARE = 0.7

/** What each can bear is measured so often; the median counts. */
const CAPACITY_ROUNDS = 3

interface Runner {
  readonly name: Name | 'constant'
  readonly load: LoadGenerator
  readonly capacities: number[]
  readonly p50: number[]
  readonly p99: number[]
}

export async function steadyScenario(bench: Bench): Promise<Row[]> {
  const { connections, steadyRounds, steadySeconds, warmUpSeconds } = bench.options
  const query = queries['whole graph']
  const tokens = distinctTokens(connections)
  const question = { query, tokens, bytes: await bench.check(query, tokens) }
  await using constant = await startConstant(question.bytes)
  using constantLoad = new LoadGenerator(constant.url)
  const runners = [...bench.contestants.map(({ name, load }) => runner(name, load)), runner('constant', constantLoad)]
  for (const { load } of runners) await load.closedLoop(question, warmUpSeconds)
  for (let round = 0; round < CAPACITY_ROUNDS; round++) {
    for (const { load, capacities } of runners) {
      capacities.push((await load.closedLoop(question, warmUpSeconds / 2)).perSecond)
    }
  }
  for (let round = 0; round < steadyRounds; round++) {
    for (const each of runners) await runRound(each, question, steadySeconds)
  }
  await bench.check(query, tokens)
  return rowsOf(runners)
}

const runner = (name: Runner['name'], load: LoadGenerator): Runner => ({
  name,
  load,
  capacities: [],
  p50: [],
  p99: [],
})

async function runRound({ load, capacities, p50, p99 }: Runner, question: Question, seconds: number) {
  const perSecond = median(capacities) * SHARE
  const latencies = await load.openLoop(question, { perSecond, seconds })
  p50.push(quantile(latencies, 0.5))
  p99.push(quantile(latencies, 0.99))
}

/** The measure of the machine has rows of its own. */
function rowsOf(runners: readonly Runner[]): Row[] {
  const row = (what: string, figure: (of: Runner) => readonly number[]): Row[] => {
    const samples = Object.fromEntries(runners.map((each) => [each.name, figure(each)]))
    return [
      { what: `whole graph at 70 % of capacity, ${what}`, samples },
      { what: `constant work at 70 % of capacity, ${what}`, samples: { floor: samples.constant ?? [] } },
    ]
  }
  return [
    ...row('requests/s', ({ capacities }) => capacities.map((perSecond) => perSecond * SHARE)),
    ...row('p50 ms', ({ p50 }) => p50),
    ...row('p99 ms', ({ p99 }) => p99),
    ...row('p99 as a multiple of p50', ({ p50, p99 }) => p99.map((ms, round) => ms / (p50[round] ?? Number.NaN))),
  ]
}
