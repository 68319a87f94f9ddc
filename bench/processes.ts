/** Starts and ends the processes of a bench: upstream, floor and gateways. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Size } from './upstream/data.ts'

const root = new URL('..', import.meta.url)
const LONGEST_STOP_MS = 5000

/** What stops to collect garbage makes those who are measured wait. The bench's own process has the same (package.json). */
const FEW_STOPS = ['--max-semi-space-size=64', '--no-allocation-site-pretenuring']

export interface Running extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

export function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** What `npm start` runs, node's flags included, so that what is measured is what is shipped. */
const SHIPPED = shippedCommand()

function shippedCommand(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: { start: string } }
  return scripts.start.split(' ').slice(1)
}

/** Without a cloud's URL in the environment it brings the embedded cloud. */
export function startGateway(env: Readonly<Record<string, string>>): Promise<Running> {
  // A few tokens ask here as often as they can.
  const unlimited = { RATE_LIMIT_PER_MINUTE: '0' }
  return start(SHIPPED, /GraphiQL at (http[^\s"]+)/, { ...unlimited, PORT: '0', ...env })
}

export function startFloor(cloudUrl: string): Promise<Running> {
  return start(['bench/floor.ts', '--cloud-url', cloudUrl], /floor at (\S+)/)
}

export function startUpstream({ networks, servers }: Size): Promise<Running> {
  const size = ['--networks', String(networks), '--servers', String(servers)]
  return start([...FEW_STOPS, 'bench/upstream/main.ts', ...size], /upstream at (\S+)/)
}

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

/** Starts node with nothing of the caller's environment but PATH, and waits for the URL that it prints. */
async function start(args: readonly string[], url: RegExp, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const { pid } = child
  const found = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, at] = url.exec(line) ?? []
      if (at !== undefined) resolve(at)
      // What goes wrong in there is told here, whatever comes of it.
      else if (/"level":[56]0/.test(line)) console.error(line)
    })
    child.once('exit', () => reject(new Error(`node ${args.join(' ')} ended before it printed its URL`)))
  })
  if (pid === undefined) throw new Error(`node ${args.join(' ')} did not start`)
  return { url: found, pid, [Symbol.asyncDispose]: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_STOP_MS)
  child.kill('SIGTERM')
  await once(child, 'exit')
  clearTimeout(timer)
  children.delete(child)
}
