// One configuration (size, delay, tokens): starts upstream and peers, checks every answer, then rounds of load.
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkTokens, isolation, post, queryOf, wrong } from './answers.mjs'
import { expected } from './expected.mjs'
import { load, quiet, warmUp } from './load.mjs'
import { options, SIZES } from './options.mjs'
import { PEERS } from './peers.mjs'
import { cpuSeconds } from './proc.mjs'
import { here, start, startUpstream, stop, until } from './processes.mjs'

// Gives a cell for each workload and peer, with its runs.
export async function measure({ size, delay, tokens }) {
  const cells = options.workloads.flatMap((workload) =>
    options.peers.map((name) => ({ workload, name, ok: true, runs: [] })),
  )
  for (let number = 1; number <= options.starts; number++) await oneStart(cells, number, { size, delay, tokens })
  return cells
}

// All processes are new, and warmed up anew: two of one build differ, by what V8 and the system have made of each.
async function oneStart(cells, number, { size, delay, tokens }) {
  const upstream = await startUpstream(SIZES[size], delay)
  const peers = options.peers.map((name, i) => startPeer(name, options.port + i, upstream.url))
  try {
    await Promise.all(peers.map(whenReady))
    const wantA = expected(await upstream.seenBy('tenant-a'))
    const wantB = expected(await upstream.seenBy('tenant-b'))
    for (const cell of cells) {
      const { workload, name } = cell
      const peer = peers.find((each) => each.name === name)
      Object.assign(cell, { peer, want: wantA[workload], wantB: wantB[workload], rate: undefined })
      if (cell.ok) await tryFirst(cell, upstream, tokens)
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const workload of options.workloads) {
        const turn = cells.filter((cell) => cell.workload === workload && cell.ok)
        const first = round % turn.length
        for (const cell of [...turn.slice(first), ...turn.slice(0, first)]) {
          await runOnce(cell, upstream, tokens)
          const when = `start ${number}/${options.starts}, round ${round + 1}/${options.rounds}`
          console.error(`${size}, ${delay} ms, ${tokens}, ${when}: ${told(cell)}`)
          await sleep(200)
        }
      }
    }
  } finally {
    await Promise.all(peers.map(({ child }) => stop(child)))
    await stop(upstream.child)
  }
}

function startPeer(name, port, upstreamUrl) {
  const { cmd, dir, env, shape } = PEERS[name]
  // Ours is told by CLOUD_URL, the others by BACKEND_URL.
  const settings = { PORT: String(port), BACKEND_URL: upstreamUrl, CLOUD_URL: upstreamUrl }
  const child = start(cmd, path.resolve(here, dir), { ...env, ...settings })
  return { name, shape, url: `http://127.0.0.1:${port}/graphql`, child, pid: child.pid, dead: null }
}

async function whenReady(peer) {
  try {
    await until(peer.name, peer.child, 60, () => post(peer.url, '{ __typename }', 'bench-ready', 5000))
  } catch (error) {
    peer.dead = error.message
    console.error(`! ${peer.dead}`)
  }
}

// The cold query, and whether the answers are right: for every token, and for two tenants at once.
async function tryFirst(cell, upstream, tokens) {
  const { workload, peer, want, wantB } = cell
  try {
    if (peer.dead) throw new Error(`did not start: ${peer.dead.slice(0, 300)}`)
    await upstream.reset()
    const answer = await post(peer.url, queryOf(peer, workload))
    const { calls, byKind } = await upstream.count()
    Object.assign(cell, { coldMs: answer.ms, coldCalls: calls, coldByKind: byKind, bodyBytes: answer.text.length })
    const difference = wrong(answer, want, peer) ?? (await checkTokens(peer, workload, want, tokens))
    if (difference) throw new Error(`wrong answer: ${difference}`)
    const mixed = await isolation(peer, workload, want, wantB, answer.ms > 1500 ? 4 : 32)
    cell.mixed = mixed
    if (mixed.leaked || mixed.wrong) {
      trouble(
        cell,
        `two tenants asking at once: ${mixed.leaked} of ${mixed.asked} answers held the other tenant's data, ` +
          `${mixed.wrong} were wrong otherwise (${mixed.example})`,
      )
    }
  } catch (error) {
    cell.ok = false
    cell.why = error.message
    console.error(`! ${peer.name} ${workload} is not timed: ${cell.why}`)
  }
}

async function runOnce(cell, upstream, tokens) {
  const { workload, peer, want } = cell
  const query = queryOf(peer, workload)
  cell.rate ??= await warmUp(peer, query, tokens)
  const amount = Math.max(options.connections * 2, Math.round(cell.rate * options.duration))
  await quiet(upstream, peer.pid)
  await upstream.reset()
  const upstreamCpu = cpuSeconds(upstream.child.pid)
  const run = await load(peer, query, { amount, tokens })
  const { calls, connections } = await upstream.count()
  cell.runs.push({ ...run, calls, opened: connections, upstreamCpu: cpuSeconds(upstream.child.pid) - upstreamCpu })
  if (run.bad || run.requests < amount) {
    trouble(cell, `${run.bad} bad responses, ${run.requests} of ${amount} completed`)
  }
  if (run.bytesMax - run.bytesMin > 256) trouble(cell, `response sizes vary: ${run.bytesMin} to ${run.bytesMax}`)
  const difference = wrong(await post(peer.url, query, tokens === 'same' ? 'bench' : 'bench-0'), want, peer)
  if (difference) Object.assign(cell, { ok: false, why: `wrong answer after load: ${difference}` })
}

function trouble(cell, text) {
  cell.trouble = cell.trouble ? `${cell.trouble}; ${text}` : text
  console.error(`! ${cell.peer.name} ${cell.workload}: ${text}`)
}

function told({ workload, peer, runs, trouble }) {
  const { requests, elapsed, cpu } = runs.at(-1)
  const figures = `${(requests / elapsed).toFixed(0)} req/s, ${((cpu / requests) * 1000).toFixed(3)} CPU s/1000`
  return `${workload} ${peer.name}: ${figures}${trouble ? ' (!)' : ''}`
}
