import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { readSettings } from '../../src/embedded/settings.ts'
import { spawnInTest } from '../support/spawn.ts'
import { ask, connect, createNetwork } from './rest.ts'

describe('a generated graph', () => {
  interface Nic {
    id: string
    network_id: string
    mac_address: string
  }

  it('has what was asked for, every server on the public network, one network empty', async () => {
    await using cloud = await startEmbeddedCloud({ seed: { networks: 500, servers: 1000 } })
    const { networks } = (await ask(cloud, 'GET /networks/detail')).json
    const { servers } = (await ask(cloud, 'GET /servers/detail')).json
    expect([networks.length, servers.length]).toEqual([500, 1000])
    const nics: Nic[] = servers.flatMap(({ attachments }: { attachments: Nic[] }) => attachments)
    expect(nics).toHaveLength(3000)
    expect(new Set(nics.map(({ mac_address }) => mac_address)).size).toBe(3000)
    expect(nics.filter(({ id }) => id.endsWith('-0')).every(({ network_id }) => network_id === '1')).toBe(true)
    const statuses = servers.map(({ status }: { status: string }) => status)
    expect(statuses.filter((status: string) => status === 'STOPPED')).toHaveLength(100)
    const named = new Set(networks.flatMap(({ attachments }: { attachments: string[] }) => attachments))
    expect(named).toEqual(new Set(nics.map(({ id }) => id)))
    expect(networks.at(-1)).toMatchObject({ attachments: [], public: false })
    const id = await createNetwork(cloud, { dhcp: true })
    expect((await connect(cloud, servers[0].id, id)).status).toBe(202)
  })

  it('is the same one every time', async () => {
    const texts: string[] = []
    for (let run = 0; run < 2; run++) {
      await using cloud = await startEmbeddedCloud({
        seed: { networks: 5, servers: 300, nicsPerServer: 4 },
        clock: () => 0,
      })
      const { text } = await ask(cloud, 'GET /servers/detail')
      texts.push(text.replaceAll(cloud.url.replace('/compute/v2.0', ''), ''))
    }
    expect(texts[0]).toBe(texts[1])
  })

  it('may be as small as nothing, and is copied for every open tenant', async () => {
    await using cloud = await startEmbeddedCloud({ seed: { networks: 0, servers: 1 }, openTenants: true })
    const { servers } = (await ask(cloud, 'GET /servers/detail', { token: 'new' })).json
    expect(servers).toMatchObject([{ id: 2, attachments: [{ id: 'nic-2-0', network_id: '1' }] }])
  })
})

describe('starting', () => {
  it('rejects with the error of Node when the port is taken', async () => {
    await using cloud = await startEmbeddedCloud()
    const port = Number(new URL(cloud.url).port)
    await expect(startEmbeddedCloud({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('frees the port when closed, twice over if need be', async () => {
    const cloud = await startEmbeddedCloud()
    await ask(cloud, 'GET /networks')
    await Promise.all([cloud.close(), cloud.close()])
    const server = createServer().listen(Number(new URL(cloud.url).port), '127.0.0.1')
    await once(server, 'listening')
    server.close()
  })
})

describe('the command line', () => {
  const command = (...args: string[]) =>
    spawnInTest(process.execPath, ['src/embedded/main.ts', ...args], { stdio: 'pipe' })

  it('reads its flags', () => {
    expect(readSettings([])).toEqual({ port: 4100, openTenants: false })
    const args = '--port 0 --host ::1 --networks 9 --servers 3 --job-delay 0 --quota 7 --open-tenants'.split(' ')
    expect(readSettings(args)).toEqual({
      port: 0,
      host: '::1',
      jobDelayMs: 0,
      privateNetworkQuota: 7,
      openTenants: true,
      seed: { networks: 9, servers: 3, nicsPerServer: 3 },
    })
    expect(readSettings(['--help'])).toBeNull()
    for (const wrong of [['--prot', '1'], ['--port', 'x'], ['--port', '70000'], ['--job-delay', '-1'], ['extra']])
      expect(() => readSettings(wrong)).toThrow()
  })

  it('says in one line what is wrong, and ends with 2', async () => {
    await using cloud = await startEmbeddedCloud()
    const outcomes = [
      ['--prot', '1'],
      ['--port', new URL(cloud.url).port],
    ].map(async (args) => {
      const child = command(...args)
      let said = ''
      child.stderr.on('data', (chunk) => {
        said += chunk
      })
      const [code] = await once(child, 'close')
      return { code, said }
    })
    const said = expect.stringMatching(/^embedded cloud: .*\n$/)
    expect(await Promise.all(outcomes)).toEqual([
      { code: 2, said },
      { code: 2, said },
    ])
  })

  it('prints where it is, serves, and stops at Ctrl-C', async () => {
    const child = command('--port', '0')
    const [greeting] = await once(child.stdout, 'data')
    const url = /http:\S+/.exec(String(greeting))?.[0] ?? ''
    const answer = await fetch(`${url}/networks`, { headers: { 'X-Auth-Token': 'embedded-token' } })
    expect(answer.status).toBe(200)
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
  })
})
