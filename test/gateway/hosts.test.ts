import { describe, expect, it } from 'vitest'
import { hostCheck } from '../../src/gateway/limits/own-host.ts'
import { startGateway } from '../support/gateway.ts'
import { http, inUrl, refusalOf } from '../support/http.ts'

const query = '{ networks { totalCount } }'
const change = 'mutation { createNetwork(input: { name: "n" }) { __typename } }'

const refused = (host: string) => [
  421,
  [
    'HOST_NOT_ALLOWED',
    `This gateway does not answer as ${JSON.stringify(host)}. If that is its name, add it to ALLOWED_HOSTS.`,
  ],
]

describe('a request for another host', () => {
  it('is refused, as a page whose name was made to lead here sends it (DNS rebinding), and says what to set', async () => {
    await using gateway = await startGateway()
    const headers = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }
    expect(await refusalOf(gateway, { query: change }, headers)).toEqual(refused('evil.example'))
    expect(await refusalOf(gateway, { query }, { host: 'evil.example:4000' })).toEqual(refused('evil.example:4000'))
    for (const path of [inUrl(query), '/graphql', '/', '/elsewhere']) {
      const page = await http(gateway, path, { headers: { host: 'evil.example', accept: 'text/html' } })
      expect([path, page.status]).toEqual([path, 421])
    }
    expect(gateway.cloud.requests).toEqual([])
    await expect.poll(() => gateway.logged.join('\n')).toContain('"codes":["HOST_NOT_ALLOWED"]')
  })

  it('is answered by health and metrics, which probes ask for by address', async () => {
    await using gateway = await startGateway()
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      expect((await http(gateway, path, { headers: { host: '192.0.2.1:4000' } })).status).toBe(200)
    }
  })

  it('is answered where the setting names that host', async () => {
    await using gateway = await startGateway({ limits: { allowedHosts: ['graph.example.org', '2001:db8::1'] } })
    for (const host of ['graph.example.org', 'GRAPH.example.org:8443', 'graph.example.org.', '[2001:DB8:0::1]:4000']) {
      expect(await refusalOf(gateway, { query }, { host })).toEqual([200])
    }
    for (const host of ['example.org', 'x.graph.example.org', 'graph.example.org.evil.example', '[2001:db8::2]']) {
      expect(await refusalOf(gateway, { query }, { host })).toEqual(refused(host))
    }
  })
})

it.each(['0.0.0.0', '::'])('a gateway that listens at %s may be asked by any address, and by no name', async (host) => {
  await using gateway = await startGateway({ host })
  for (const asked of ['192.0.2.1:4000', '[2001:db8::1]', 'localhost']) {
    expect(await refusalOf(gateway, { query }, { host: asked })).toEqual([200])
  }
  expect(await refusalOf(gateway, { query }, { host: 'evil.example' })).toEqual(refused('evil.example'))
})

describe('the hosts that may be asked', () => {
  const isAllowed = hostCheck({ host: 'gateway.internal', allowedHosts: ['Graph.Example.org'] })

  it.each([
    'localhost',
    'LOCALHOST:4000',
    'localhost.',
    '127.0.0.1:4000',
    '127.1.2.3',
    '[::1]:4000',
    '[::ffff:127.0.0.1]:4000',
    '[::FFFF:7f00:2]',
    'gateway.internal:80',
    'graph.example.org',
  ])('are loopback, HOST and those of the setting: %s', (host) => {
    expect(isAllowed(host)).toBe(true)
  })

  it.each([
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.localhost',
    'user@localhost',
    'evil.example/@localhost',
    'localhost:4000:80',
    'localhost, evil.example',
    '[::1',
    '::1',
    '192.0.2.1',
    '[2001:db8::1]',
    '[::ffff:192.0.2.1]',
    '127.evil.example',
  ])('are no others: %j', (host) => {
    expect(isAllowed(host)).toBe(false)
  })
})
