/**
 * `npm run bench`: the gateway over the embedded cloud, each a process of its own, four queries taking turns.
 * CPU a request is the figure to trust; latency holds the fight of three processes for the cores.
 */
import { cpus } from 'node:os'
import { Pool } from 'undici'
import { build, cpuSeconds, start } from './processes.ts'
import { queries } from './queries.ts'

const ROUNDS = 5
const SECONDS = 2
const CONNECTIONS = 8
const SIZE = ['--networks', '100', '--servers', '200']

interface Round {
  readonly cpuMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly perSecond: number
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

build()
const cloud = await start('embedded/main.js', ['--port', '0', ...SIZE], /Embedded cloud at (\S+)/)
const gateway = await start('main.js', ['--port', '0', '--cloud-url', cloud.url], /GraphiQL at (\S+?)"/)
const { origin, pathname } = new URL(gateway.url)
const pool = new Pool(origin, { connections: CONNECTIONS })

async function ask(query: string): Promise<number> {
  const started = performance.now()
  const { body } = await pool.request({
    method: 'POST',
    path: pathname,
    headers: { 'content-type': 'application/json', 'x-auth-token': 'embedded-token' },
    body: JSON.stringify({ query }),
  })
  const answer = await body.text()
  if (answer.includes('"errors"')) throw new Error(answer.slice(0, 300))
  return performance.now() - started
}

async function round(query: string, seconds: number): Promise<Round> {
  const latencies: number[] = []
  const cpuBefore = cpuSeconds(gateway.child)
  const started = performance.now()
  const until = started + seconds * 1000
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < until) latencies.push(await ask(query))
    }),
  )
  const took = performance.now() - started
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
  return {
    cpuMs: ((cpuSeconds(gateway.child) - cpuBefore) * 1000) / latencies.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    perSecond: (latencies.length * 1000) / took,
  }
}

const rounds = new Map<string, Round[]>(Object.keys(queries).map((name) => [name, []]))
for (const query of Object.values(queries)) await round(query, 1) // warm up
for (let i = 0; i < ROUNDS; i++) {
  for (const [name, query] of Object.entries(queries)) rounds.get(name)?.push(await round(query, SECONDS))
}

console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ` +
    `100 networks, 200 servers, ${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${SECONDS} s\n`,
)
console.log('| query | CPU ms/request | p50 ms | p99 ms | requests/s |\n|---|--:|--:|--:|--:|')
for (const [name, results] of rounds) {
  const column = (of: (result: Round) => number, digits: number) => median(results.map(of)).toFixed(digits)
  const row = [
    column((r) => r.cpuMs, 2),
    column((r) => r.p50Ms, 1),
    column((r) => r.p99Ms, 1),
    column((r) => r.perSecond, 0),
  ]
  console.log(`| ${name} | ${row.join(' | ')} |`)
}

await pool.close()
gateway.child.kill('SIGINT')
cloud.child.kill('SIGINT')
