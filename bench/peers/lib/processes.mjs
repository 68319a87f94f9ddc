// Starts and ends processes: only those that this run has started, and their children.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { options } from './options.mjs'
import { root } from './ours.mjs'
import { tree } from './proc.mjs'

export const here = fileURLToPath(new URL('..', import.meta.url))

const started = new Set()
const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null

function kill(child, signal) {
  for (const { pid } of tree(child.pid).reverse()) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}

process.on('exit', () => {
  for (const child of started) kill(child, 'SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

// With nothing of the caller's environment but PATH and HOME. `child.tail` holds the end of what it said on stderr.
export function start(cmd, cwd, env, stdout = 'ignore') {
  const { PATH, HOME } = process.env
  const child = spawn(cmd[0] === 'node' ? process.execPath : cmd[0], cmd.slice(1), {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', options.verbose && stdout === 'ignore' ? 'inherit' : stdout, 'pipe'],
  })
  child.tail = ''
  child.stderr.on('data', (chunk) => {
    if (options.verbose) process.stderr.write(chunk)
    child.tail = (child.tail + chunk).slice(-2000)
  })
  child.on('error', (error) => {
    child.tail += error.message
  })
  child.on('exit', () => started.delete(child))
  started.add(child)
  return child
}

export async function stop(child) {
  if (hasEnded(child)) return
  kill(child, 'SIGTERM')
  for (let i = 0; i < 50 && !hasEnded(child); i++) await sleep(100)
  if (!hasEnded(child)) kill(child, 'SIGKILL')
}

export async function until(what, child, seconds, probe) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (hasEnded(child)) throw new Error(`${what} has ended: ${child.tail}`.trim())
    const found = await probe().catch(() => null)
    if (found) return found
    await sleep(100)
  }
  throw new Error(`${what} is not ready after ${seconds} s: ${child.tail}`.trim())
}

// The bench's fixed upstream (../upstream), on any free port.
export async function startUpstream({ networks, servers }, delayMs) {
  const flags = ['--networks', networks, '--servers', servers, '--delay-ms', delayMs].map(String)
  const child = start(['node', 'bench/upstream/main.ts', ...flags], root, {}, 'pipe')
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  const url = await until('upstream', child, 20, async () => /upstream at (\S+)/.exec(text)?.[1])
  const get = async (path, token) => {
    const headers = token === undefined ? {} : { 'x-auth-token': token }
    return (await fetch(url + path, { headers, signal: AbortSignal.timeout(5000) })).json()
  }
  return {
    child,
    url,
    count: () => get('/__count'),
    reset: () => get('/__reset'),
    // What a token sees: the networks and the servers.
    seenBy: async (token) => ({ ...(await get('/networks/detail', token)), ...(await get('/servers/detail', token)) }),
  }
}
