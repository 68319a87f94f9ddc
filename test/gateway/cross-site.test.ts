import { request as nodeRequest } from 'node:http'
import { expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { http, inUrl, refusalOf } from '../support/http.ts'

const query = '{ networks { totalCount } }'
const MESSAGE = "Browsers may send operations only from the gateway's own origin (see ALLOWED_ORIGINS)."

it('runs nothing for a page of another origin, in bodies nor in URLs', async () => {
  await using gateway = await startGateway()
  const refused = [403, ['CROSS_SITE_REQUEST', MESSAGE]]
  for (const site of ['cross-site', 'same-site', 'Cross-Site', 'same-origin, cross-site', 'anything', '']) {
    const headers = { 'sec-fetch-site': site }
    expect(await refusalOf(gateway, { query }, headers)).toEqual(refused)
    expect((await http(gateway, inUrl(query), { headers })).status).toBe(403)
  }
  expect(gateway.cloud.requests).toEqual([])
  for (const site of ['same-origin', 'none', 'Same-Origin']) {
    expect(await refusalOf(gateway, { query }, { 'sec-fetch-site': site })).toEqual([200])
  }
})

it('judges by Origin where Sec-Fetch-Site is missing, and by both where both are there', async () => {
  await using gateway = await startGateway()
  const own = gateway.url
  const { port } = new URL(own)
  const foreign = [
    'http://evil.example',
    'null',
    '',
    `http://localhost:${port}`,
    `${own}0`,
    `${own}, http://evil.example`,
    `evil://127.0.0.1:${port}`,
    `chrome-extension://127.0.0.1:${port}`,
    `http://user@127.0.0.1:${port}`,
    `${own}/#`,
  ]
  for (const origin of foreign) {
    const refused = [403, ['CROSS_SITE_REQUEST', `${MESSAGE} This one was sent from ${JSON.stringify(origin)}.`]]
    expect(await refusalOf(gateway, { query }, { origin })).toEqual(refused)
    expect(await refusalOf(gateway, { query }, { origin, 'sec-fetch-site': 'same-origin' })).toEqual(refused)
    expect((await http(gateway, inUrl(query), { headers: { origin } })).status).toBe(403)
  }
  expect((await refusalOf(gateway, { query }, { origin: own, 'sec-fetch-site': 'cross-site' }))[0]).toBe(403)
  expect(gateway.cloud.requests).toEqual([])
  for (const origin of [own, own.toUpperCase()]) {
    expect(await refusalOf(gateway, { query }, { origin })).toEqual([200])
    expect(await refusalOf(gateway, { query }, { origin, 'sec-fetch-site': 'same-origin' })).toEqual([200])
  }
})

it('judges each of several headers', async () => {
  await using gateway = await startGateway()
  expect(await statusWith(gateway, ['Sec-Fetch-Site', 'same-origin', 'sec-fetch-site', 'CROSS-SITE'])).toBe(403)
  expect(await statusWith(gateway, ['Origin', gateway.url, 'ORIGIN', 'http://evil.example'])).toBe(403)
  expect(await statusWith(gateway, ['Origin', gateway.url, 'origin', gateway.url])).toBe(200)
})

it('takes operations of its own pages behind a proxy that ends TLS and passes the host on', async () => {
  await using gateway = await startGateway({ limits: { allowedHosts: ['graph.example.org'] } })
  for (const host of ['graph.example.org', 'graph.example.org:443']) {
    const headers = { host, origin: 'https://graph.example.org', 'sec-fetch-site': 'same-origin' }
    expect(await refusalOf(gateway, { query }, headers)).toEqual([200])
  }
})

it('opens GraphiQL from a link elsewhere, which runs nothing', async () => {
  await using gateway = await startGateway()
  const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' }
  const { status, text } = await http(gateway, inUrl('{ networks { totalCount } }'), { headers })
  expect([status, text.includes('GraphiQL')]).toEqual([200, true])
  expect(gateway.cloud.requests).toEqual([])
})

it('takes one operation a request', async () => {
  await using gateway = await startGateway()
  const message = 'Send one operation a request; a list of them is not taken.'
  for (const batch of [[], [{ query: '{ __typename }' }], Array(100).fill({ query: '{ networks { totalCount } }' })]) {
    expect(await refusalOf(gateway, batch)).toEqual([400, ['BATCHING_NOT_SUPPORTED', message]])
  }
  expect((await http(gateway, '/graphql', { method: 'PUT' })).status).toBe(405)
  expect(gateway.cloud.requests).toEqual([])
})

/** Names and values in turn, as they go over the wire: undici joins none, but sends no two of a name either. */
function statusWith({ url }: TestGateway, headers: readonly string[]): Promise<number> {
  const { hostname, port, host } = new URL(url)
  const all = ['Host', host, 'Content-Type', 'application/json', ...headers]
  return new Promise((resolve, reject) => {
    const sent = nodeRequest({ hostname, port, path: '/graphql', method: 'POST', headers: all }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(JSON.stringify({ query }))
  })
}
