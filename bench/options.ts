import { parseArgs } from 'node:util'
import type { Size } from './upstream/data.ts'

export const scenarioNames = ['queries', 'one-network', 'one-tenant', 'cold', 'steady', 'large', 'start'] as const
export type ScenarioName = (typeof scenarioNames)[number]

export interface Options {
  readonly size: Size
  readonly connections: number
  readonly rounds: number
  readonly only: readonly ScenarioName[]
  /** Of one closed loop, in a round and before the first. */
  readonly roundSeconds: number
  readonly warmUpSeconds: number
  /** Single requests of the scenario `cold`. */
  readonly colds: number
  /** Of the open loops of the scenario `steady`, and how long each is. */
  readonly steadyRounds: number
  readonly steadySeconds: number
  /** Answers of the scenario `large`. */
  readonly larges: number
  readonly starts: number
}

const full = {
  rounds: 5,
  roundSeconds: 0.7,
  warmUpSeconds: 1.5,
  colds: 10,
  steadyRounds: 5,
  steadySeconds: 0.8,
  larges: 5,
  starts: 5,
}
const quick: typeof full = {
  rounds: 2,
  roundSeconds: 0.3,
  warmUpSeconds: 0.5,
  colds: 3,
  steadyRounds: 2,
  steadySeconds: 0.8,
  larges: 2,
  starts: 2,
}

const HELP = `npm run bench -- [options]
  --only SCENARIO      one of ${scenarioNames.join(', ')}; may be given several times (default: all)
  --size N/S           networks and servers, of 3 nics each (default 100/200; large: 500/1000)
  --rounds N           rounds in which gateway and floor take turns (default ${full.rounds})
  --connections N      of the load generator (default 32)
  --quick              a look, not a measurement: ${quick.rounds} short rounds
  --help

  queries      CPU of four queries, every connection a tenant of its own
  one-network  CPU of one network, asked for again and again by tenants who never ask for a list
  one-tenant   CPU of the whole graph, all connections one tenant
  cold         latency of the whole graph for a new tenant, 50 ms a REST call
  steady       latency of the whole graph at 70 % of capacity, 0 and 50 ms a REST call
  large        what others wait while an answer of 9 MB is made
  start        from spawning the gateway with the embedded cloud to its first answer`

/** Throws what parseArgs throws, and for values that make no sense. */
export function readOptions(): Options | 'help' {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      size: { type: 'string', default: '100/200' },
      rounds: { type: 'string' },
      connections: { type: 'string', default: '32' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 'help'
  }
  const amounts = values.quick ? quick : full
  return {
    ...amounts,
    size: sizeOf(values.size),
    rounds: values.rounds === undefined ? amounts.rounds : count('rounds', values.rounds),
    connections: count('connections', values.connections),
    only: values.only === undefined ? scenarioNames : values.only.map(scenarioOf),
  }
}

function sizeOf(text: string): Size {
  const [networks = Number.NaN, servers = Number.NaN] = text.split('/').map(Number)
  // Network 7 is asked for, and the last network is empty.
  if (!(networks >= 8 && servers >= 1)) throw new Error(`--size must read networks/servers, as 500/1000, not ${text}`)
  return { networks, servers }
}

function count(flag: string, text: string): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= 1)) throw new Error(`--${flag} must be a whole number from 1, not ${text}`)
  return value
}

function scenarioOf(text: string): ScenarioName {
  const found = scenarioNames.find((name) => name === text)
  if (found === undefined) throw new Error(`--only must be one of ${scenarioNames.join(', ')}, not ${text}`)
  return found
}
