// The figures of a configuration's cells, and their tables.
import { options } from './options.mjs'
import { byRound, drawn, median, quantile } from './statistics.mjs'
import { CONTRACT_QUERIES, QUERIES } from './workloads.mjs'

// Medians over the rounds; latencies are those of all rounds together.
export function rowOf(cell) {
  const { workload, peer, ok, why = null, trouble = null, runs } = cell
  const { coldCalls = null, coldByKind = null, coldMs = null, bodyBytes = null, mixed = null } = cell
  const row = { workload, peer: peer.name, ok, why, trouble, coldCalls, coldByKind, coldMs, bodyBytes, mixed }
  if (!ok || runs.length === 0) return row
  const each = (figure) => runs.map(figure)
  const cpuPer1000 = each(({ cpu, requests }) => (cpu / requests) * 1000)
  const times = runs.flatMap((run) => run.times).sort((a, b) => a - b)
  return {
    ...row,
    cpuPer1000: median(cpuPer1000),
    cpuPer1000Runs: cpuPer1000,
    reqPerSec: median(each(({ requests, elapsed }) => requests / elapsed)),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    peakRssMiB: Math.max(...each(({ rss }) => rss)) / 2 ** 20,
    callsPerQuery: median(each(({ calls, requests }) => calls / requests)),
    upstreamConnectionsOpened: median(each(({ opened }) => opened)),
    upstreamCpuPer1000: median(each(({ upstreamCpu, requests }) => (upstreamCpu / requests) * 1000)),
    clientCpuPer1000: median(each(({ clientCpu, requests }) => (clientCpu / requests) * 1000)),
  }
}

const HEAD = [
  'peer',
  'CPU s/1000 (least-most)',
  'x limit (9 of 10 draws)',
  'by round',
  'req/s',
  'p50 ms',
  'p99 ms',
  'peak RSS MiB',
  'calls, cold',
  'calls/query, load',
  'cold ms',
]

export function markdown({ size, networks, servers, delay, tokens, rows }) {
  const setting = `${networks} networks, ${servers} servers (${size}); upstream delay ${delay} ms; tokens: ${tokens}`
  const lines = ['', `## ${setting}; ${options.connections} connections; ${told(options)}`]
  for (const workload of options.workloads) {
    lines.push('', `### ${workload} \`${QUERIES[workload]}\``, '', `Ours: \`${CONTRACT_QUERIES[workload]}\``, '')
    lines.push(line(HEAD), line(HEAD.map((_, i) => (i === 0 ? '---' : '--:'))))
    const mine = rows.filter((row) => row.workload === workload)
    const limit = mine.find(({ peer }) => peer === 'limit')
    const byCpu = (a, b) => (a.cpuPer1000 ?? Infinity) - (b.cpuPer1000 ?? Infinity) || 0
    for (const row of mine.sort(byCpu)) lines.push(...linesOf(row, limit))
  }
  return lines.join('\n')
}

const line = (cells) => `| ${cells.join(' | ')} |`
const note = (name, text) => line([name, text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 300)])
const show = (value, digits) => (value === null || value === undefined ? '' : value.toFixed(digits))

function told({ starts, rounds }) {
  return starts === 1 ? `${rounds} rounds` : `${starts} starts of ${rounds} rounds`
}

// How many times the floor's, with what it is in nine of ten draws, and by round.
function timesLimit(runs, limits) {
  if (runs.length === 0 || runs.length !== limits?.length) return ['', '']
  const range = drawn(runs, limits, options.starts)
  const ratio = show(median(runs) / median(limits), 2)
  return [
    range ? `${ratio} (${range.map((bound) => show(bound, 2)).join('-')})` : ratio,
    show(byRound(runs, limits), 2),
  ]
}

function linesOf(row, limit) {
  if (!row.ok) return [note(row.peer, `not timed: ${row.why}`)]
  const { peer, trouble, cpuPer1000: cpu, cpuPer1000Runs: runs = [] } = row
  const digits = cpu < 10 ? 2 : 1
  const spread = runs.length > 1 ? ` (${show(Math.min(...runs), digits)}-${show(Math.max(...runs), digits)})` : ''
  const cells = [
    `${peer}${trouble ? ' (!)' : ''}`,
    `${show(cpu, digits)}${spread}`,
    ...timesLimit(runs, limit?.cpuPer1000Runs),
    show(row.reqPerSec, row.reqPerSec < 100 ? 1 : 0),
    show(row.p50, 1),
    show(row.p99, 1),
    show(row.peakRssMiB, 0),
    show(row.coldCalls, 0),
    show(row.callsPerQuery, 2),
    show(row.coldMs, 0),
  ]
  return trouble ? [line(cells), note('', `(!) ${trouble}`)] : [line(cells)]
}
