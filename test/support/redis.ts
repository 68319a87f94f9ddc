import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { spawnInTest } from './spawn.ts'

export interface TestRedis extends AsyncDisposable {
  readonly url: URL
  /** Another connection, to look on. */
  connect(): Redis
  /** Ends it, and all that it kept. */
  stop(): Promise<void>
  /** At the same port again. */
  start(): Promise<void>
  /** It keeps its connections and says nothing, until `thaw`. */
  freeze(): void
  thaw(): void
}

/** A real Redis at a free port of loopback, which writes nothing to disk. */
export async function startRedis(password = 'redis-password'): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'cloudnet-redis-'))
  const port = await freePort()
  const url = new URL(`redis://:${password}@127.0.0.1:${port}`)
  const connect = () => {
    const client = new Redis(url.href, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
    client.on('error', () => {}) // it is started and stopped
    return client
  }
  const args = ['--port', port, '--bind', '127.0.0.1', '--requirepass', password, '--save', '', '--appendonly', 'no']
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawnInTest('redis-server', [...args.map(String), '--dir', directory], { stdio: 'ignore' })
    await once(child, 'spawn')
    const client = connect()
    await client.ping()
    client.disconnect()
  }
  const stop = async () => {
    if (child?.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await start()
  return {
    url,
    connect,
    start,
    stop,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens at a port
  server.close()
  await once(server, 'close')
  return port
}
