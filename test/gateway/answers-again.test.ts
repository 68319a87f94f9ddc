import { describe, expect, it } from 'vitest'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { http, inUrl } from '../support/http.ts'
import { requestLines } from '../support/log.ts'
import { untilInFlight } from '../support/metrics.ts'
import { installed } from '../support/target.ts'

const query = '{ networks { nodes { name } } }'
const json = 'application/json'
const response = 'application/graphql-response+json'

interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
}

async function send(
  gateway: TestGateway,
  { method = 'POST', headers = {}, body = JSON.stringify({ query }) }: Sent = {},
) {
  const { headers: given, ...answer } =
    method === 'POST'
      ? await http(gateway, '/graphql', { method, headers: { 'content-type': json, ...headers }, body })
      : await http(gateway, inUrl(query), { headers })
  const { 'x-request-id': _id, date: _date, ...rest } = given
  return { ...answer, headers: rest }
}

/** How the last answers came about, by the log. */
const caches = async (gateway: TestGateway, count: number) =>
  (await requestLines(gateway, count)).map(({ cache }) => cache)

describe('an answer that is given again', () => {
  it('is the same to the byte, with the same headers, whatever was asked for', async () => {
    await using gateway = await startGateway()
    const ways: Sent[] = [
      {},
      { headers: { accept: json } },
      { headers: { accept: response } },
      { method: 'GET' },
      { method: 'GET', headers: { accept: response } },
      { body: JSON.stringify({ query: `query N ${query}`, operationName: 'N' }) },
    ]
    const first = []
    for (const way of ways) first.push(await send(gateway, way))
    expect(first.map(({ headers }) => headers['content-type'])).toEqual(
      [json, json, response, json, response, json].map((type) => `${type}; charset=utf-8`),
    )
    for (let i = 0; i < 2; i++) {
      for (const [at, way] of ways.entries()) expect(await send(gateway, way)).toEqual(first[at])
    }
    const told = await caches(gateway, ways.length * 3)
    expect(told.slice(-ways.length)).toEqual(ways.map(() => 'answer'))
  })

  it.each(['text/event-stream', 'multipart/mixed'])('is sent in %s to who accepts nothing else', async (accept) => {
    await using gateway = await startGateway()
    const first = await send(gateway, { headers: { accept } })
    expect(first.headers['content-type']).toContain(accept)
    expect(first.text.length).toBeGreaterThan((await send(gateway)).text.length)
    for (let i = 0; i < 3; i++) expect(await send(gateway, { headers: { accept } })).toEqual(first)
  })

  it('is that of who came before for all who waited for the same read, even where no list is kept', async () => {
    await using gateway = await startGateway({ snapshots: false })
    const together = async () => {
      gateway.cloud.clearRequests()
      gateway.cloud.calls.hold('GET /networks/detail')
      const sent = Array.from({ length: 10 }, () => send(gateway))
      await untilInFlight(gateway, 10)
      gateway.cloud.calls.release()
      const answers = await Promise.all(sent)
      expect(answers).toEqual(Array(10).fill(answers[0]))
      expect(gateway.cloud.requests.map(({ status }) => status)).toEqual([200])
    }
    await together() // that makes the request known
    await together()
    // In a process of its own the requests come in turns of their own, and how many find it made by then is up to those.
    if (installed) return
    // That it is worth keeping is seen when a second request needs it.
    expect((await caches(gateway, 20)).slice(10).sort()).toEqual([...Array(8).fill('answer'), 'none', 'none'])
  })

  it('is refused to whom any answer would be', async () => {
    // All of one address: without a token, or with one that the cloud does not accept.
    await using gateway = await startGateway({ limits: { requestsPerMinute: 7 } })
    for (let i = 0; i < 4; i++) expect(await send(gateway)).toMatchObject({ status: 200 })
    expect((await caches(gateway, 4)).at(-1)).toBe('answer')
    const crossSite = await send(gateway, { headers: { 'sec-fetch-site': 'cross-site' } })
    expect([crossSite.status, crossSite.text]).toEqual([403, expect.stringContaining('CROSS_SITE_REQUEST')])
    const noCaller = await send(gateway, { headers: { 'x-auth-token': 'wrong' } })
    expect(noCaller.text).toContain('UNAUTHENTICATED')
    expect((await send(gateway)).status).toBe(200)
    expect((await send(gateway)).status).toBe(429)
  })

  it('is not given while the cloud cannot be asked', async () => {
    await using gateway = await startGateway()
    const first = await send(gateway)
    for (let i = 0; i < 2; i++) await send(gateway)
    gateway.cloud.failNext('GET /networks/detail', htmlAnswer())
    expect((await send(gateway)).text).toContain('CLOUD_UNAVAILABLE')
    expect(await send(gateway)).toEqual(first)
  })

  it('is none of a request that is too long to be known: that is executed', async () => {
    await using gateway = await startGateway()
    const long = { body: JSON.stringify({ query: `${query}${' '.repeat(5000)}` }) }
    const first = await send(gateway, long)
    for (let i = 0; i < 3; i++) expect(await send(gateway, long)).toEqual(first)
    expect(await caches(gateway, 4)).toEqual(['none', 'lists', 'lists', 'lists'])
  })
})
