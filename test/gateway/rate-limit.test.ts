import { createYoga } from 'graphql-yoga'
import { describe, expect, it, vi } from 'vitest'
import { rejectedToken } from '../../src/embedded/faults.ts'
import { AcceptedTokens } from '../../src/gateway/limits/accepted-tokens.ts'
import { type RateCaller, rateLimiterInMemory } from '../../src/gateway/limits/rate-limiter.ts'
import { useRateLimit } from '../../src/gateway/limits/use-rate-limit.ts'
import { schema } from '../../src/schema/index.ts'
import { startGateway } from '../support/gateway.ts'
import { http, inUrl, post, refusalOf } from '../support/http.ts'

const query = '{ networks { totalCount } }'
const as = (token: string) => ({ 'x-auth-token': token })
const refused = [
  429,
  ['RATE_LIMITED', expect.stringMatching(/^Too many requests in a minute; try again in \d+ seconds\.$/)],
]

describe('requests beyond the setting', () => {
  it('of one token are refused with 429, and say when to come again; those of others are not', async () => {
    await using gateway = await startGateway({ limits: { requestsPerMinute: 2 } })
    // The first of each still counts by its address, as the cloud has not accepted the token yet.
    for (const token of ['embedded-token', 'other-token']) {
      expect(await refusalOf(gateway, { query }, as(token))).toEqual([200])
    }
    expect(await refusalOf(gateway, { query })).toEqual(refused)
    for (const headers of [as('embedded-token'), { authorization: 'Bearer embedded-token' }]) {
      expect(await refusalOf(gateway, { query }, headers)).toEqual([200])
    }
    gateway.cloud.clearRequests()
    const { status, headers, body } = await post(gateway, { query }, as('embedded-token'))
    const seconds = Number(headers['retry-after'])
    expect([status, body.errors?.[0]?.extensions]).toEqual([429, { code: 'RATE_LIMITED', retryAfterSeconds: seconds }])
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(gateway.cloud.requests).toEqual([])
    expect(await refusalOf(gateway, { query }, as('other-token'))).toEqual([200])
  })

  it('with made-up tokens are counted together, by the address they come from', async () => {
    await using gateway = await startGateway({ limits: { requestsPerMinute: 4 } })
    expect(await refusalOf(gateway, { query }, as('embedded-token'))).toEqual([200])
    for (const token of ['made-up-1', 'made-up-2', 'made-up-3']) {
      expect((await post(gateway, { query }, as(token))).body.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
    }
    gateway.cloud.clearRequests()
    for (const token of ['made-up-1', 'made-up-4', 'other-token']) {
      expect(await refusalOf(gateway, { query }, as(token))).toEqual(refused)
    }
    expect(gateway.cloud.requests).toEqual([])
    expect(await refusalOf(gateway, { query }, as('embedded-token'))).toEqual([200])
  })

  it('with a token that the cloud accepts no more are counted by the address again', async () => {
    await using gateway = await startGateway({ limits: { requestsPerMinute: 2 } })
    expect(await refusalOf(gateway, { query }, as('embedded-token'))).toEqual([200]) // the address's first
    gateway.cloud.failNext('GET /networks/detail', rejectedToken())
    expect((await post(gateway, { query }, as('embedded-token'))).body.errors).toHaveLength(1) // the token's first
    expect(await refusalOf(gateway, { query: '{ __typename }' }, as('embedded-token'))).toEqual([200]) // the address's second
    expect(await refusalOf(gateway, { query }, as('embedded-token'))).toEqual(refused)
  })

  it('without a token are counted by the address they come from, whatever they say of it', async () => {
    await using gateway = await startGateway({ defaultToken: null, limits: { requestsPerMinute: 1 } })
    expect(await refusalOf(gateway, { query: '{ cloud { name } }' })).toEqual([200])
    for (const headers of [{ 'x-forwarded-for': '192.0.2.1' }, { forwarded: 'for=192.0.2.1' }, as(' ')]) {
      expect(await refusalOf(gateway, { query }, headers)).toEqual(refused)
    }
  })

  // Without a gateway, as a machine has one loopback address of IPv6.
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2::3', '2001:db8:1:2::'],
    ['2001:db8:1:2:fedc:ba98:7654:3210', '2001:db8:1:2::'],
    ['2001:db8:1:3::3', '2001:db8:1:3::'],
    ['fe80::1%eth0', 'fe80::'],
    ['', ''],
  ])('from an IPv6 network are counted together, as its addresses cost nothing: %s', async (from, counted) => {
    const take = vi.fn(async (_caller: RateCaller) => null)
    const yoga = createYoga({ schema, plugins: [useRateLimit({ take }, new AcceptedTokens())] })
    const request = new Request(`http://localhost${inUrl('{ __typename }')}`)
    await yoga.handleRequest(Object.assign(request, { arrival: { address: from } }), {})
    expect(take.mock.calls).toEqual([[{ token: null, address: counted }]])
  })

  it('are refused before anything of them is parsed, in URLs too', async () => {
    await using gateway = await startGateway({ limits: { requestsPerMinute: 1 } })
    await gateway.run(query)
    gateway.cloud.clearRequests()
    const headers = { 'content-type': 'application/json' }
    expect((await http(gateway, '/graphql', { method: 'POST', body: '{"que', headers })).status).toBe(429)
    expect((await http(gateway, inUrl(query))).status).toBe(429)
    expect(gateway.cloud.requests).toEqual([])
    expect(gateway.logged.join()).not.toContain('unexpected')
  })

  it('are taken where the setting is 0', async () => {
    await using gateway = await startGateway({ limits: { requestsPerMinute: 0 } })
    for (let i = 0; i < 20; i++) expect((await gateway.run('{ __typename }')).errors).toBeUndefined()
  })
})

describe('the counts of callers', () => {
  it('begin anew a minute after the first request', async () => {
    vi.useFakeTimers()
    try {
      const limiter = rateLimiterInMemory(1)
      expect([
        await limiter.take({ token: 'a', address: '' }),
        await limiter.take({ token: 'a', address: '' }),
      ]).toEqual([null, 60])
      vi.advanceTimersByTime(20_000)
      expect(await limiter.take({ token: 'a', address: '' })).toBe(40)
      vi.advanceTimersByTime(40_000)
      expect(await limiter.take({ token: 'a', address: '' })).toBeNull()
    } finally {
      vi.useRealTimers()
    }
  })

  it('are forgotten when there are too many, those not heard of longest first', async () => {
    const limiter = rateLimiterInMemory(1, 2)
    for (const caller of ['a', 'b']) expect(await limiter.take({ token: caller, address: '' })).toBeNull()
    expect(await limiter.take({ token: 'a', address: '' })).toBeGreaterThan(0)
    expect(await limiter.take({ token: 'c', address: '' })).toBeNull()
    expect(await limiter.take({ token: 'a', address: '' })).toBeGreaterThan(0)
    expect(await limiter.take({ token: 'b', address: '' })).toBeNull()
  })
})
