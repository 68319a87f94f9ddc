/**
 * Latency at a load that each can bear: 70 % of what it answers in a closed loop, arriving at a fixed rate, in rounds in which all
 * take turns. Over a cloud that takes 50 ms a call, as clouds do; and over one that takes none, where the gateway is all there is
 * to wait for, and every stop of any process on the machine shows.
 */
import { type Bench, distinctTokens } from '../bench.ts'
import type { Question } from '../load.ts'
import { queries } from '../queries.ts'
import { median, type Name, noSamples, quantile, type Row } from '../table.ts'

const SHARE = 0.7

/** What each can bear is measured so often; the median counts. */
const CAPACITY_ROUNDS = 3

const DELAY_MS = 50

/** So many tenants at least ask at a time, or the time of the calls would be all that the closed loop measures. */
const TENANTS_AT_DELAY = 64

const figures = ['requests/s', 'p50 ms', 'p99 ms', 'p99 as a multiple of p50'] as const
type Figure = (typeof figures)[number]
type Samples = Record<Figure, Record<Name, number[]>>

export async function steadyScenario(bench: Bench): Promise<Row[]> {
  const { connections } = bench.options
  const near = await steady(bench, 0, connections)
  const tenants = Math.max(connections, TENANTS_AT_DELAY)
  const far = await bench.delayingRestCalls(DELAY_MS, () => steady(bench, DELAY_MS, tenants))
  return [...near, ...far]
}

async function steady(bench: Bench, delayMs: number, tenants: number): Promise<Row[]> {
  const { steadyRounds, steadySeconds, warmUpSeconds } = bench.options
  const query = queries['whole graph']
  const tokens = distinctTokens(tenants)
  const question = { query, tokens, bytes: await bench.check(query, tokens) }
  for (const { load } of bench.contestants) await load.closedLoop(question, warmUpSeconds)
  const perSecond = await bearable(bench, question)
  const samples = Object.fromEntries(figures.map((figure) => [figure, noSamples()])) as Samples // of every figure
  for (let round = 0; round < steadyRounds; round++) {
    for (const { name, load } of bench.turns(round)) {
      const latencies = await load.openLoop(question, { perSecond: perSecond[name], seconds: steadySeconds })
      const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)]
      samples['requests/s'][name].push(perSecond[name])
      samples['p50 ms'][name].push(p50)
      samples['p99 ms'][name].push(p99)
      samples['p99 as a multiple of p50'][name].push(p99 / p50)
    }
  }
  await bench.check(query, tokens)
  const where = `whole graph at 70 % of capacity, ${delayMs} ms a REST call`
  return figures.map((figure) => ({ what: `${where}, ${figure}`, samples: samples[figure] }))
}

async function bearable(bench: Bench, question: Question): Promise<Record<Name, number>> {
  const capacities = noSamples()
  for (let round = 0; round < CAPACITY_ROUNDS; round++) {
    for (const { name, load } of bench.turns(round)) {
      const { perSecond } = await load.closedLoop(question, bench.options.warmUpSeconds / 3)
      capacities[name].push(perSecond)
    }
  }
  const share = (name: Name) => median(capacities[name]) * SHARE
  return { floor: share('floor'), 'as shipped': share('as shipped'), 'snapshots off': share('snapshots off') }
}
