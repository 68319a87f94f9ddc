/** `npm run bench`: the gateway against the floor, over a fixed upstream; README.md tells how to read it. */
import { cpus, loadavg } from 'node:os'
import { Bench } from './bench.ts'
import { readOptions, type ScenarioName } from './options.ts'
import { memoryMiB } from './proc.ts'
import { build } from './processes.ts'
import { coldScenario } from './scenarios/cold.ts'
import { oneNetworkScenario, oneTenantScenario, queriesScenario } from './scenarios/cpu.ts'
import { largeScenario } from './scenarios/large.ts'
import { startScenario } from './scenarios/start.ts'
import { steadyScenario } from './scenarios/steady.ts'
import { type Row, table } from './table.ts'

const scenarios: Record<ScenarioName, (bench: Bench) => Promise<Row[]>> = {
  queries: queriesScenario,
  'one-network': oneNetworkScenario,
  'one-tenant': oneTenantScenario,
  cold: coldScenario,
  steady: steadyScenario,
  large: largeScenario,
  start: startScenario,
}

/** Last, when all that was asked for has been done, and of gateways alone. */
function memory({ contestants }: Bench): Row[] {
  const gateways = contestants.filter(({ name }) => name !== 'floor')
  return [
    {
      what: 'memory before the first request, MiB',
      samples: Object.fromEntries(gateways.map(({ name, restingMiB }) => [name, [restingMiB]])),
    },
    {
      what: 'memory at its peak, MiB',
      samples: Object.fromEntries(gateways.map(({ name, pid }) => [name, [memoryMiB(pid, 'VmHWM')]])),
    },
  ]
}

const options = readOptions()
if (options !== 'help') {
  const { size, connections, rounds, roundSeconds, only } = options
  const loadBefore = loadavg()[0]?.toFixed(2)
  build()
  await using bench = await Bench.start(options)
  const rows: Row[] = []
  for (const name of only) rows.push(...(await scenarios[name](bench)))
  rows.push(...memory(bench))
  console.log(`
${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, load before ${loadBefore}
${['npm run bench --', ...process.argv.slice(2)].join(' ').replace(/ --$/, '')}
${size.networks} networks, ${size.servers} servers, ${size.servers * 3} nics; ${connections} connections; ${rounds} rounds of ${roundSeconds} s; median (least-most)

${table(rows)}`)
}
