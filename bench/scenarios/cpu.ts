/** CPU of each query in a closed loop, gateways and floor taking turns. The figure to trust. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Contestant, distinctTokens } from '../bench.ts'
import type { Question } from '../load.ts'
import { cpuSeconds } from '../proc.ts'
import { queries } from '../queries.ts'
import { type Name, noSamples, type Row } from '../table.ts'

/** Lets what a run leaves behind (collecting garbage, closing) end within its own figures. */
const SETTLE_MS = 100

/** Five calls too many each, and a list that was never read is taken to cost 50. One more, as it is not waited for. */
const TIMES_UNTIL_READ_AHEAD = 11

interface Load {
  readonly what: string
  readonly question: Question
  readonly runs: Record<Name, Run[]>
}

interface Run {
  readonly cpuSecondsPer1000: number
  readonly perSecond: number
  readonly restCallsPerQuery: number
}

/** Every connection a tenant of its own: nothing can be shared between them. */
export async function queriesScenario(bench: Bench): Promise<Row[]> {
  const tokens = distinctTokens(bench.options.connections)
  return measure(
    bench,
    Object.entries(queries).map(([name, query]) => ({ what: name, query, tokens })),
  )
}

/** One network, again and again, by tenants who never ask for a list: what `graph/read-ahead.ts` is for. */
export async function oneNetworkScenario(bench: Bench): Promise<Row[]> {
  // Tenants of its own: nobody has read a list for them.
  const tokens = distinctTokens(bench.options.connections).map((token) => `${token}-alone`)
  const query = queries['one network']
  for (const { endpoint } of bench.contestants) {
    for (let time = 0; time < TIMES_UNTIL_READ_AHEAD; time++) {
      await Promise.all(tokens.map((token) => endpoint.ask(query, token)))
    }
  }
  return measure(bench, [{ what: 'one network alone', query, tokens }])
}

/** All connections one tenant, asking the same: what is on its way can be shared. The floor shares whole executions. */
export async function oneTenantScenario(bench: Bench): Promise<Row[]> {
  const tokens = Array.from({ length: bench.options.connections }, () => 'tenant-a')
  return measure(bench, [{ what: 'whole graph, one tenant', query: queries['whole graph'], tokens }])
}

async function measure(
  bench: Bench,
  asked: readonly { what: string; query: string; tokens: readonly string[] }[],
): Promise<Row[]> {
  const { rounds, roundSeconds, warmUpSeconds } = bench.options
  const loads: Load[] = []
  for (const { what, query, tokens } of asked) {
    const question = { query, tokens, bytes: await bench.check(query, tokens) }
    loads.push({ what, question, runs: noSamples<Run>() })
    for (const { load } of bench.contestants) await load.closedLoop(question, warmUpSeconds)
  }
  for (let round = 0; round < rounds; round++) {
    for (const { question, runs } of loads) {
      for (const contestant of bench.turns(round)) {
        runs[contestant.name].push(await run(bench, contestant, question, roundSeconds))
      }
    }
    console.error(`${asked.map(({ what }) => what).join(', ')}: round ${round + 1} of ${rounds}`)
  }
  for (const { question } of loads) await bench.check(question.query, question.tokens)
  return [
    ...loads.map((load) => row(load, 'CPU s/1,000', (of) => of.cpuSecondsPer1000)),
    ...loads.map((load) => row(load, 'requests/s', (of) => of.perSecond)),
    ...loads.map((load) => row(load, 'REST calls/query', (of) => of.restCallsPerQuery)),
  ]
}

async function run(bench: Bench, { pid, load }: Contestant, question: Question, seconds: number): Promise<Run> {
  const [calls, cpu] = [await bench.restCalls(), cpuSeconds(pid)]
  const { requests, perSecond } = await load.closedLoop(question, seconds)
  await sleep(SETTLE_MS)
  return {
    cpuSecondsPer1000: ((cpuSeconds(pid) - cpu) * 1000) / requests,
    perSecond,
    restCallsPerQuery: ((await bench.restCalls()) - calls) / requests,
  }
}

function row({ what, runs }: Load, unit: string, figure: (run: Run) => number): Row {
  return {
    what: `${what}, ${unit}`,
    samples: {
      floor: runs.floor.map(figure),
      'as shipped': runs['as shipped'].map(figure),
      'snapshots off': runs['snapshots off'].map(figure),
    },
  }
}
