import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { openEvents } from './support/events.ts'
import { start } from './support/process.ts'
import { waitLong } from './support/wait.ts'

const workersOf = (pid: number | undefined) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** On a connection of its own, so that workers take turns. */
async function ask(url: string) {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query: '{ cloud { name embedded } networks { nodes { name } } }' }),
  })
  return answer.body.json()
}

const tutorial = {
  data: { cloud: { name: 'embedded', embedded: true }, networks: { nodes: [{ name: 'public_network' }] } },
}

/** Two workers, both at work. */
async function startTwo(env: Record<string, string> = {}) {
  const gateway = start([], { WORKERS: '2', ...env })
  const url = await gateway.url()
  await vi.waitFor(() => expect(gateway.stdout().match(/GraphiQL at/g)).toHaveLength(2), waitLong)
  return { ...gateway, url, workers: workersOf(gateway.child.pid) }
}

describe.runIf(process.platform === 'linux')('two workers', () => {
  it('serve one cloud at one port, and all end on SIGTERM', async () => {
    const { child, url, workers, ended } = await startTwo()
    expect(workers).toHaveLength(2)
    for (const _ of Array(6)) expect(await ask(url)).toEqual(tutorial)
    child.kill('SIGTERM')
    const { code, stdout, stderr } = await ended
    expect({ code, stderr, left: workers.filter(isAlive) }).toEqual({ code: 0, stderr: '', left: [] })
    expect(stdout).toContain('without REDIS_URL')
    expect(stdout.match(/"stopping"/g)).toHaveLength(2)
  })

  it('end in order when the signal goes to every process, as from a terminal', async () => {
    const { child, workers, ended } = await startTwo()
    for (const pid of [...workers, child.pid ?? 0]) process.kill(pid, 'SIGINT')
    const { code, stdout } = await ended
    expect({ code, left: workers.filter(isAlive) }).toEqual({ code: 0, left: [] })
    expect(stdout.match(/"stopping"/g)).toHaveLength(2)
  })

  it('become two again when one is killed, answer meanwhile, and go with their primary', async () => {
    const { child, url, workers, stdout, ended } = await startTwo()
    process.kill(workers[0] ?? 0, 'SIGKILL')
    await vi.waitFor(() => expect(stdout()).toContain('worker 1 has ended (SIGKILL)'), waitLong)
    for (const _ of Array(4)) expect(await ask(url)).toEqual(tutorial)
    await vi.waitFor(() => expect(stdout().match(/GraphiQL at/g)).toHaveLength(3), waitLong)
    expect(workersOf(child.pid)).toHaveLength(2)
    for (const _ of Array(4)) expect(await ask(url)).toEqual(tutorial)
    const left = workersOf(child.pid)
    child.kill('SIGKILL') // they go with the primary
    await ended
    await vi.waitFor(() => expect(left.filter(isAlive)).toEqual([]), waitLong)
  })

  it('are given up with exit code 1 when they die again and again', async () => {
    const { child, ended } = await startTwo()
    let isOver = false
    const over = ended.finally(() => {
      isOver = true
    })
    while (!isOver) {
      try {
        for (const pid of workersOf(child.pid)) process.kill(pid, 'SIGKILL')
      } catch {} // gone already
      await sleep(50)
    }
    const { code, stdout } = await over
    expect(code).toBe(1)
    expect(stdout).toContain('the workers do not live: giving up')
  })

  it('tell the metrics of all, whichever is asked', async () => {
    const gateway = start([], { WORKERS: '2' })
    const url = await gateway.url()
    await vi.waitFor(() => expect(gateway.stdout().match(/GraphiQL at/g)).toHaveLength(2), waitLong)
    const once = { headers: { connection: 'close', 'content-type': 'application/json' } }
    for (let i = 0; i < 4; i++) {
      const answer = await request(url, { method: 'POST', body: '{"query":"{ __typename }"}', ...once })
      await answer.body.dump()
    }
    for (let i = 0; i < 3; i++) {
      const answer = await request(new URL('/metrics', url), once)
      const text = await answer.body.text()
      expect(text).toContain('cloudnet_graphql_operations_total{type="query",status="200"} 4\n')
      expect(text).toContain('cloudnet_http_requests_in_flight 0\n')
    }
    gateway.child.kill('SIGTERM')
    expect((await gateway.ended).code).toBe(0)
  })

  it('end streams as streams end when the first process is told to stop', async () => {
    const gateway = start([], { WORKERS: '2' })
    const url = (await gateway.url()).replace('/graphql', '')
    const events = await openEvents({ url }, 'subscription { changes { at } }')
    gateway.child.kill('SIGTERM')
    expect(await events.next()).toBeNull()
    expect((await gateway.ended).code).toBe(0)
  })

  it('end with one line and exit code 2 when the port is in use', async () => {
    const first = start()
    const { port } = new URL(await first.url())
    const { code, stderr } = await start([], { WORKERS: '2', PORT: port }).ended
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        `cloudnet-graphql: The gateway cannot listen: bind EADDRINUSE 127.0.0.1:${port}. ` +
        '--port and --embedded-port choose others.\n',
    })
    first.child.kill('SIGTERM')
    await first.ended
  })
})

describe('what is not asked for', () => {
  /** Prints the URL of each module as it is loaded. */
  const watch = `export const load = (url, context, next) => { process._rawDebug('loaded ' + url); return next(url, context) }`
  const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(watch)}`)})`

  async function loaded(env: Record<string, string>) {
    const { child, url, ended } = start([], {
      ...env,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}`,
    })
    await url()
    child.kill('SIGTERM')
    const { code, stderr } = await ended
    expect(code).toBe(0)
    const urls = [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, name = '']) => name)
    expect(urls.some((name) => /\/(dist|src)\/main\.[jt]s$/.test(name))).toBe(true)
    return urls.filter((name) =>
      /redis|shared-state|workers|node:cluster/.test(name.replace(/^.*\/(dist|src|node_modules)\//, '')),
    )
  }

  it('is not loaded: nothing of Redis without REDIS_URL, nothing of workers with one', async () => {
    expect(await loaded({})).toEqual([])
  })

  it('is loaded when it is: so the test above can fail', async () => {
    const urls = await loaded({ REDIS_URL: 'redis://127.0.0.1:1', WORKERS: '1' })
    for (const name of [/\/ioredis\//, /\/redis-event-target\//, /\/(dist|src\/shared-state)\/shared-state[-.]/]) {
      expect(urls.some((url) => name.test(url))).toBe(true)
    }
  })
})
