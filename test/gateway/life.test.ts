import { once } from 'node:events'
import { connect } from 'node:net'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { hang, htmlAnswer } from '../../src/embedded/failures.ts'
import { openEvents } from '../support/events.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

/** A grace that nothing here needs. */
const LONG_MS = 60_000

async function page({ url }: TestGateway, path: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') {
  const { statusCode, body } = await request(url + path, { method })
  const text = await body.text()
  return [statusCode, text.startsWith('{') ? JSON.parse(text) : text]
}

describe('health', () => {
  it('is live as long as it answers, and ready when the cloud answers as well', async () => {
    await using gateway = await startGateway()
    expect(await page(gateway, '/health/live')).toEqual([200, { status: 'alive', version: expect.any(String) }])
    expect(await page(gateway, '/health/ready')).toEqual([200, { status: 'ready' }])
    expect(await page(gateway, '/health/ready?x=1')).toEqual([200, { status: 'ready' }])
    expect(await page(gateway, '/health/ready', 'HEAD')).toEqual([200, ''])
  })

  it('is not ready while the cloud does not answer, and asks it no more often than that helps', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('*', htmlAnswer(502), 100)
    const probes = Array.from({ length: 20 }, () => page(gateway, '/health/ready'))
    expect(new Set((await Promise.all(probes)).map((probe) => JSON.stringify(probe)))).toEqual(
      new Set(['[503,{"status":"the cloud does not answer"}]']),
    )
    expect(gateway.cloud.requests.map(({ tenant, status }) => [tenant, status])).toEqual([[null, 502]])
    expect(await page(gateway, '/health/live')).toEqual([200, { status: 'alive', version: expect.any(String) }])
  })

  it.each(['/health', '/health/', '/health/live/', '/health/ready/x', '/x/health/live', '/constructor', '/__proto__'])(
    'has no page at %s',
    async (path) => {
      await using gateway = await startGateway()
      expect(await page(gateway, path)).toEqual([404, ''])
    },
  )

  it('has no page for a POST', async () => {
    await using gateway = await startGateway()
    expect(await page(gateway, '/health/live', 'POST')).toEqual([404, ''])
  })
})

describe('a gateway that is told to stop', () => {
  it('answers who has asked, lets nobody else in, and says that it is not ready', async () => {
    await using gateway = await startGateway({ graceMs: LONG_MS })
    gateway.cloud.calls.hold('GET /networks/detail')
    // A probe whose connection is there already, in the midst of its question: what is asked next comes after it.
    const probe = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    await once(probe, 'connect')
    await new Promise((sent) => probe.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n', sent))
    const asked = gateway.run('{ networks { totalCount } }')
    await gateway.cloud.calls.arrived('GET /networks/detail')
    const { ended } = await gateway.stop()
    await expect(gateway.run('{ __typename }')).rejects.toThrow()
    probe.write('\r\n')
    const [answer] = (await once(probe, 'data')) as [Buffer]
    expect(answer.toString().split('\r\n')[0]).toBe('HTTP/1.1 503 Service Unavailable')
    expect(answer.toString()).toContain('{"status":"stopping"}')
    gateway.cloud.calls.release()
    expect(await asked).toEqual({ data: { networks: { totalCount: 1 } } })
    await ended
  })

  it('ends streams as streams end', async () => {
    await using gateway = await startGateway({ graceMs: LONG_MS })
    await using events = await openEvents(gateway, 'subscription { changes { __typename } }')
    const { ended } = await gateway.stop()
    expect(await events.next()).toBeNull()
    await ended
  })

  it('waits for no job: what the cloud shows then is the answer', async () => {
    await using gateway = await startGateway({ graceMs: LONG_MS, waits: { firstMs: 60_000, longestMs: 60_000 } })
    gateway.cloud.jobs.hold()
    const connect =
      '{ connectServer(input: { serverId: 141, networkId: 3 }) { ... on ConnectServerSuccess { state } } }'
    gateway.cloud.db.addNetwork({ ownerId: 'user-tutorial', id: 3 })
    const asked = gateway.run(`mutation ${connect}`)
    await gateway.cloud.calls.ended('GET /servers/141', 2) // before the change, and the first look after it
    const { ended } = await gateway.stop()
    expect(await asked).toEqual({ data: { connectServer: { state: 'PENDING' } } })
    await ended
  })

  it('cuts off who is not answered within the grace', async () => {
    await using gateway = await startGateway({ graceMs: 50 })
    gateway.cloud.failNext('GET /networks/detail', hang())
    const asked = gateway.run('{ networks { totalCount } }')
    asked.catch(() => {})
    await gateway.cloud.calls.arrived('GET /networks/detail')
    const { ended } = await gateway.stop()
    await ended
    await expect(asked).rejects.toThrow()
  })
})
