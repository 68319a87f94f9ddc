import { parseArgs } from 'node:util'
import { PEERS } from './peers.mjs'
import { QUERIES } from './workloads.mjs'

export const SIZES = {
  S: { networks: 10, servers: 20 },
  M: { networks: 100, servers: 200 },
  L: { networks: 500, servers: 1000 },
}

const HELP = `npm run bench -- [options]
  --peers a,b | all           (default all) ${Object.keys(PEERS).join(', ')}
  --workloads Q1,Q2,Q3,Q4     (default all)
  --size S|M|L[,..]           10/20, 100/200, 500/1000 networks/servers (default M)
  --delay MS[,..]             fixed delay of every upstream response (default 0)
  --tokens same|distinct[,..] one X-Auth-Token for all connections, or one for each (default distinct)
  --connections N             (default 32)
  --duration S                aimed length of one measured run (default 8)
  --warmup S                  (default 3)
  --starts N                  start everything anew so many times, and do all rounds each time (default 1)
  --rounds N                  peers take turns in each round (default 5); 0: only check answers and cold calls
  --port P                    the peers get ports from here (default 4201)
  --out FILE                  write all figures as JSON
  --quick                     --duration 2 --warmup 1 --rounds 1
  --verbose                   show the peers' own output`

const text = (byDefault) => (byDefault === undefined ? { type: 'string' } : { type: 'string', default: byDefault })

const { values } = parseArgs({
  options: {
    peers: text('all'),
    workloads: text(Object.keys(QUERIES).join(',')),
    size: text('M'),
    delay: text('0'),
    tokens: text('distinct'),
    connections: text('32'),
    duration: text(),
    warmup: text(),
    starts: text('1'),
    rounds: text(),
    port: text('4201'),
    out: text(),
    quick: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

function list(flag, known) {
  const names = values[flag].split(',')
  for (const name of names) if (!known.includes(name)) fail(`--${flag}: ${name} is none of ${known.join(', ')}`)
  return names
}

function number(flag, text) {
  const value = Number(text)
  if (!(value >= 0)) fail(`--${flag} must be a number, not ${text}`)
  return value
}

function count(flag, text) {
  const value = number(flag, text)
  if (!Number.isInteger(value) || value === 0) fail(`--${flag} must be a whole number above 0, not ${text}`)
  return value
}

export function fail(message) {
  console.error(message)
  process.exit(2)
}

const byDefault = Object.keys(PEERS).filter((name) => !PEERS[name].optional)

export const options = {
  peers: values.peers === 'all' ? byDefault : list('peers', Object.keys(PEERS)),
  workloads: list('workloads', Object.keys(QUERIES)),
  sizes: list('size', Object.keys(SIZES)),
  delays: values.delay.split(',').map((ms) => number('delay', ms)),
  tokens: list('tokens', ['same', 'distinct']),
  connections: number('connections', values.connections),
  duration: number('duration', values.duration ?? (values.quick ? 2 : 8)),
  warmup: number('warmup', values.warmup ?? (values.quick ? 1 : 3)),
  starts: count('starts', values.starts),
  rounds: number('rounds', values.rounds ?? (values.quick ? 1 : 5)),
  port: number('port', values.port),
  out: values.out ?? null,
  verbose: values.verbose,
}
