import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { http, post, refusalOf } from '../support/http.ts'

const query = '{ networks { totalCount } }'
const origin = 'http://localhost:5173'
const limits = { allowedOrigins: [origin, 'https://app.example.org'] }

const ask = (from: string, asked = 'content-type,x-auth-token') => ({
  method: 'OPTIONS' as const,
  headers: {
    origin: from,
    'access-control-request-method': 'POST',
    'access-control-request-headers': asked,
    'sec-fetch-site': 'same-site',
  },
})

describe('a page of an allowed origin', () => {
  it('may send operations, and read answers with the headers that help', async () => {
    await using gateway = await startGateway({ limits })
    const preflight = await http(gateway, '/graphql', ask(origin))
    expect(preflight).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'content-type,x-auth-token',
        vary: expect.stringContaining('Origin'),
      },
      text: '',
    })
    for (const site of ['same-site', 'cross-site']) {
      const answer = await post(gateway, { query }, { origin, 'sec-fetch-site': site })
      expect([answer.status, answer.body]).toEqual([200, { data: { networks: { totalCount: 1 } } }])
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'X-Request-Id, Retry-After',
      })
    }
  })

  it('is one in any case, and however often it is named, for all that is asked', async () => {
    await using gateway = await startGateway({ limits })
    const [first] = limits.allowedOrigins
    for (const from of [origin.toUpperCase(), `${first}, ${first}`, `${first},${limits.allowedOrigins[1]}`]) {
      const [named] = from.split(',')
      for (const { status, headers } of [
        await http(gateway, '/graphql', ask(from)),
        await post(gateway, { query }, { origin: from }),
      ]) {
        expect([status < 300, headers['access-control-allow-origin']]).toEqual([true, named])
      }
    }
    expect((await http(gateway, '/graphql', ask(`${first}, http://evil.example`))).status).toBe(403)
  })

  it('sends no credentials', async () => {
    await using gateway = await startGateway({ limits })
    for (const options of [ask(origin), { headers: { origin } }]) {
      const { headers } = await http(gateway, '/graphql', options)
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })

  it('can read refusals too', async () => {
    await using gateway = await startGateway({ limits: { ...limits, requestsPerMinute: 1, maxBodyBytes: 1024 } })
    const statuses = []
    for (const text of [query, query, query.padEnd(2000)]) {
      const { status, headers } = await post(gateway, { query: text }, { origin })
      expect(headers).toMatchObject({ 'access-control-allow-origin': origin })
      statuses.push(status)
    }
    expect(statuses).toEqual([200, 429, 413])
  })

  it('is one of that scheme and port', async () => {
    await using gateway = await startGateway({ limits })
    for (const other of ['https://localhost:5173', 'http://localhost:5174', 'http://app.example.org', 'null']) {
      expect((await http(gateway, '/graphql', ask(other))).status).toBe(403)
      expect((await refusalOf(gateway, { query }, { origin: other }))[0]).toBe(403)
    }
    expect(gateway.cloud.requests).toEqual([])
  })
})

it('the gateway’s own page, which has no need to ask, is told which methods there are', async () => {
  await using gateway = await startGateway()
  const { headers: asked, ...options } = ask(gateway.url)
  const own = { ...options, headers: { ...asked, 'sec-fetch-site': 'same-origin' } }
  const { status, headers } = await http(gateway, '/graphql', own)
  expect([status, headers.allow]).toEqual([405, 'GET, POST'])
})

it('a page of any other origin is told what to set, and may read nothing', async () => {
  await using gateway = await startGateway()
  const message =
    "Browsers may send operations only from the gateway's own origin (see ALLOWED_ORIGINS). " +
    `This one was sent from "${origin}".`
  const { status, headers, text } = await http(gateway, '/graphql', ask(origin))
  expect([status, JSON.parse(text)]).toEqual([
    403,
    { errors: [{ message, extensions: { code: 'CROSS_SITE_REQUEST' } }] },
  ])
  expect(await refusalOf(gateway, { query }, { origin })).toEqual([403, ['CROSS_SITE_REQUEST', message]])
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})
