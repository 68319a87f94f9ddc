// One load run of whole requests, by autocannon.
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import { headers } from './answers.mjs'
import { options } from './options.mjs'
import { cpuSeconds, rssBytes } from './proc.mjs'

// Exactly `amount` completed requests, so that CPU seconds and upstream calls belong to completed requests only.
export async function load({ url, pid }, query, { amount, tokens }) {
  const { connections, duration } = options
  const run = { requests: 0, elapsed: 0, times: [], bad: 0, cpu: 0, rss: 0, bytesMin: Infinity, bytesMax: 0 }
  const sampleMemory = () => {
    run.rss = Math.max(run.rss, rssBytes(pid))
  }
  const sampler = setInterval(sampleMemory, 250)
  const cpuBefore = cpuSeconds(pid)
  const clientBefore = process.cpuUsage()
  const startedAt = performance.now()
  let clients = 0
  const instance = autocannon({
    url,
    method: 'POST',
    headers: headers('bench'),
    body: JSON.stringify({ query }),
    connections,
    amount,
    pipelining: 1,
    timeout: 60,
    setupClient: (client) => {
      if (tokens === 'distinct') client.setHeaders(headers(`bench-${clients++}`))
    },
  })
  instance.on('response', (_client, status, bytes, ms) => {
    run.elapsed = (performance.now() - startedAt) / 1000
    run.times.push(ms)
    if (status !== 200) run.bad++
    run.bytesMin = Math.min(run.bytesMin, bytes)
    run.bytesMax = Math.max(run.bytesMax, bytes)
  })
  const guard = setTimeout(() => instance.stop(), Math.max(60, 6 * duration) * 1000)
  const { errors, timeouts } = await instance
  clearTimeout(guard)
  clearInterval(sampler)
  sampleMemory()
  const { user, system } = process.cpuUsage(clientBefore)
  run.requests = run.times.length
  run.bad += errors + timeouts
  run.cpu = cpuSeconds(pid) - cpuBefore
  run.clientCpu = (user + system) / 1e6
  return run
}

// By whole requests too, in three steps, each as long as the rate of the one before says. Gives requests a second.
export async function warmUp(peer, query, tokens) {
  let rate = 0
  for (const share of [0, 0.5, 0.5]) {
    const amount = Math.max(options.connections, Math.round(rate * options.warmup * share))
    const { requests, elapsed } = await load(peer, query, { amount, tokens })
    rate = Math.max(requests, 1) / Math.max(elapsed, 0.001)
  }
  return rate
}

// Waits until work left over from an earlier run is done: no upstream call and hardly any CPU for 300 ms.
export async function quiet(upstream, pid) {
  for (let i = 0, same = 0, last = -1, cpu = 0; i < 200 && same < 3; i++) {
    const { calls } = await upstream.count()
    const now = cpuSeconds(pid)
    same = calls === last && now - cpu < 0.03 ? same + 1 : 0
    last = calls
    cpu = now
    await sleep(100)
  }
}
