import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { request } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { start } from './support/process.ts'
import { waitLong } from './support/wait.ts'

/** A request that is never whole, as soon as the gateway has its beginning. */
async function beginRequest(url: string): Promise<Disposable> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {}) // it is cut off
  socket.write('POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n')
  const inFlight = async () => {
    const { body } = await request(new URL('/metrics', url))
    return await body.text()
  }
  await vi.waitFor(async () => expect(await inFlight()).toContain('cloudnet_http_requests_in_flight 1\n'), waitLong)
  return { [Symbol.dispose]: () => socket.destroy() }
}

describe('the process', () => {
  it('ends with one line and exit code 2 for a setting that cannot be used', async () => {
    expect(await start(['--port', 'http']).ended).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cloudnet-graphql: --port is "http"; it must be a whole number from 0 to 65535.\n',
    })
  })

  it.each(['PORT', 'EMBEDDED_PORT'])('ends with one line and exit code 2 when %s is in use', async (name) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const { code, stderr } = await start([], { [name]: String(port) }).ended
    taken.close()
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        `cloudnet-graphql: The gateway cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}. ` +
        '--port and --embedded-port choose others.\n',
    })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('serves the tutorial, and stops cleanly on %s', async (signal) => {
    const { child, url, ended } = start()
    const answer = await request(await url(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ cloud { embedded } networks { nodes { name } } }' }),
    })
    expect(await answer.body.json()).toEqual({
      data: { cloud: { embedded: true }, networks: { nodes: [{ name: 'public_network' }] } },
    })
    child.kill(signal)
    const { code, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('ends at once on a second signal', async () => {
    const { child, url, ended, said } = start()
    using _keepsWaiting = await beginRequest(await url())
    child.kill('SIGTERM')
    await said(/(stopping)/)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(128 + 15)
  })

  it('cuts off after its grace who keeps it waiting, and ends with 0', async () => {
    const { child, url, ended } = start([], { SHUTDOWN_GRACE_MS: '100' })
    using _keepsWaiting = await beginRequest(await url())
    child.kill('SIGTERM')
    const { code, stderr } = await ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('starts with a generated graph of the size asked for', async () => {
    const { child, url, ended } = start(['--embedded-networks', '7', '--embedded-servers', '9'])
    const answer = await request(await url(), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ networks { totalCount } servers { totalCount } }' }),
    })
    expect(await answer.body.json()).toEqual({
      data: { networks: { totalCount: expect.any(Number) }, servers: { totalCount: 9 } },
    })
    child.kill('SIGINT')
    await ended
  })

  it('prints every flag and variable when asked for help', async () => {
    const { code, stdout } = await start(['--help']).ended
    expect(code).toBe(0)
    for (const name of ['--port', 'HOST', '--cloud-url', 'CLOUD_TOKEN', 'EMBEDDED_PORT']) expect(stdout).toContain(name)
  })
})
