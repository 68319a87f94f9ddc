import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { request } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { cut, type Failure, hang, htmlAnswer, jsonAnswer, redirect, reset } from '../../src/embedded/failures.ts'
import { Fault, forbidden, rejectedToken, unexpectedError } from '../../src/embedded/faults.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { waitLong } from '../support/wait.ts'

type Sent = Parameters<typeof request>[1]

async function http({ url }: TestGateway, path: string, options: Sent = {}) {
  const { statusCode: status, headers, body } = await request(url + path, options)
  return { status, headers, text: await body.text() }
}

const post = (gateway: TestGateway, body: string, contentType = 'application/json', headers = {}) =>
  http(gateway, '/graphql', { method: 'POST', body, headers: { 'content-type': contentType, ...headers } })

const mutation = 'mutation { createNetwork(input: { name: "n" }) { __typename } }'
const query = '{ servers { nodes { serverId } } }'
const inUrl = (text: string) => `/graphql?query=${encodeURIComponent(text)}`
const NO_TOKEN = 'No token: send one in the header X-Auth-Token, or as Authorization: Bearer.'
const ours = { data: { servers: { nodes: [{ serverId: '141' }, { serverId: '142' }] } } }
const theirs = { data: { servers: { nodes: [{ serverId: '140' }] } } }

describe('the HTTP edge', () => {
  it.each([
    ['text/plain', JSON.stringify({ query: mutation })],
    ['text/plain;charset=UTF-8', JSON.stringify({ query: mutation })],
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(mutation)}`],
    [
      'multipart/form-data; boundary=x',
      `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${JSON.stringify({ query: mutation })}\r\n--x--\r\n`,
    ],
    ['application/graphql', mutation],
    ['application/jsonp', JSON.stringify({ query: mutation })],
  ])('refuses a body of %s with 415, which a page elsewhere could have forged', async (type, body) => {
    await using gateway = await startGateway()
    expect(await post(gateway, body, type)).toMatchObject({ status: 415 })
    expect(gateway.cloud.requests).toEqual([])
  })

  it('refuses a body without a content type with 415', async () => {
    await using gateway = await startGateway()
    const body = JSON.stringify({ query: mutation })
    expect((await http(gateway, '/graphql', { method: 'POST', body })).status).toBe(415)
    expect(gateway.cloud.requests).toEqual([])
  })

  it('refuses a body larger than the setting with 413, told or not how long it is', async () => {
    await using gateway = await startGateway({ limits: { maxBodyBytes: 2000 } })
    const large = JSON.stringify({ query: `# ${'x'.repeat(2000)}\n${query}` })
    const headers = { 'content-type': 'application/json' }
    for (const body of [large, Readable.from([large.slice(0, 1500), large.slice(1500)])]) {
      const { status, text } = await http(gateway, '/graphql', { method: 'POST', body, headers })
      expect([status, JSON.parse(text)]).toEqual([
        413,
        {
          errors: [
            {
              message: "The request's body is larger than 2000 bytes.",
              extensions: { code: 'REQUEST_ENTITY_TOO_LARGE' },
            },
          ],
        },
      ])
    }
    const fits = JSON.stringify({ query: `# ${'x'.repeat(1500)}\n${query}` })
    const chunked = await http(gateway, '/graphql', { method: 'POST', body: Readable.from([fits]), headers })
    expect([chunked.status, JSON.parse(chunked.text)]).toEqual([200, ours])
  })

  it('answers whoever asks by an absolute URL, as through a proxy, and nobody who asks for no path', async () => {
    await using gateway = await startGateway({ limits: { allowedHosts: ['elsewhere.example'] } })
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    const ask = async (line: string) => {
      socket.write(`${line} HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n`)
      const [answer] = (await once(socket, 'data')) as [Buffer]
      return answer.toString().split('\r\n', 1)[0]
    }
    expect(await ask(`GET http://elsewhere.example${inUrl(query)}`)).toBe('HTTP/1.1 200 OK')
    for (const line of ['OPTIONS *', 'GET http://[/graphql']) expect(await ask(line)).toBe('HTTP/1.1 400 Bad Request')
    expect(await ask(`GET ${inUrl(query)}`)).toBe('HTTP/1.1 200 OK')
    socket.destroy()
  })

  it.each(['application/json', 'application/json; charset=utf-8'])('takes a body of %s', async (type) => {
    await using gateway = await startGateway()
    const { status, text } = await post(gateway, JSON.stringify({ query }), type)
    expect([status, JSON.parse(text)]).toEqual([200, ours])
  })

  it('takes a query in the URL, and refuses a mutation there with 405', async () => {
    await using gateway = await startGateway()
    const { status, text } = await http(gateway, inUrl(query))
    expect([status, JSON.parse(text)]).toEqual([200, ours])
    gateway.cloud.clearRequests()
    for (const refused of [mutation, `query A ${query} ${mutation.replace('{', 'B {')}`]) {
      const name = refused === mutation ? '' : '&operationName=B'
      const answered = await http(gateway, inUrl(refused) + name)
      expect(answered.status).toBe(405)
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each([
    ['a syntax error', '{ networks {'],
    ['an unknown field', '{ nothing }'],
    ['an unknown argument', '{ network(name: "n") { id } }'],
    ['nothing at all', ''],
  ])('answers 400 to %s, 200 to clients of old, and asks the cloud nothing', async (_what, text) => {
    await using gateway = await startGateway()
    const body = JSON.stringify({ query: text })
    // GraphQL over HTTP: only its own media type has statuses for this, application/json keeps 200.
    for (const [accept, status] of [
      ['application/graphql-response+json', 400],
      ['application/json', 200],
    ] as const) {
      const answered = await post(gateway, body, 'application/json', { accept })
      expect(answered.status).toBe(status)
      expect(Object.keys(JSON.parse(answered.text))).toEqual(['errors'])
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it('answers 400 to a body that is no JSON', async () => {
    await using gateway = await startGateway()
    expect((await post(gateway, '{"query"')).status).toBe(400)
  })

  it('sends / to GraphiQL', async () => {
    await using gateway = await startGateway()
    expect(await http(gateway, '/')).toMatchObject({ status: 302, headers: { location: '/graphql' } })
  })

  it.each(['/nothing', '/graphql/x', '/x/health', '/graphql/health', '/', '/x/graphql', '/x?y=/graphql'])(
    'answers 404 to a query at %s',
    async (path) => {
      await using gateway = await startGateway()
      const headers = { 'content-type': 'application/json' }
      expect((await http(gateway, path, { method: 'POST', headers, body: JSON.stringify({ query }) })).status).toBe(404)
      expect(gateway.cloud.requests).toEqual([])
    },
  )

  it('lets no page of another origin read or ask anything', async () => {
    await using gateway = await startGateway()
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' }
    const answers = [
      await post(gateway, JSON.stringify({ query }), 'application/json', headers),
      await http(gateway, inUrl(query), { headers }),
      await http(gateway, '/graphql', { method: 'OPTIONS', headers }),
      await http(gateway, '/', { headers }),
    ]
    for (const answer of answers) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })
})

describe('a token', () => {
  const as = (headers: Record<string, string>) => ({ headers })
  const other = 'other-token'

  it.each([
    ['X-Auth-Token', { 'x-auth-token': other }],
    ['Authorization: Bearer', { authorization: `Bearer ${other}` }],
    ['both, of which X-Auth-Token counts', { 'x-auth-token': other, authorization: 'Bearer embedded-token' }],
    ['both, of which the empty one is none', { 'x-auth-token': '', authorization: `Bearer ${other}` }],
  ])('comes in %s', async (_how, headers) => {
    await using gateway = await startGateway({ defaultToken: null })
    expect(await gateway.run(query, {}, as(headers))).toEqual(theirs)
  })

  it.each([
    ['no header', {}],
    ['an empty one', { 'x-auth-token': ' ' }],
    ['another scheme', { authorization: 'Basic other-token' }],
    ['no scheme', { authorization: 'other-token' }],
  ])('is missing with %s: UNAUTHENTICATED, without a call', async (_how, headers) => {
    await using gateway = await startGateway({ defaultToken: null })
    const message = NO_TOKEN
    const hints = ['Send a valid token in the header X-Auth-Token, or as Authorization: Bearer.']
    const extensions = { code: 'UNAUTHENTICATED', hints, fault: null }
    const locations = [{ line: 1, column: 3 }]
    const body = JSON.stringify({ query })
    const { status, text } = await post(gateway, body, 'application/json', headers)
    const errors = [{ message, locations, path: ['servers'], extensions }]
    expect([status, JSON.parse(text)]).toEqual([200, { data: { servers: null }, errors }])
    const changes = [
      'createNetwork(input: { name: "n" })',
      'renameNetwork(input: { networkId: 3, name: "n" })',
      'deleteNetwork(input: { networkId: 3 })',
      'connectServer(input: { serverId: 141, networkId: 3 })',
      'disconnectNic(input: { nicId: "nic-141-0" })',
      'disconnectNic(input: { nicId: "Nic:aa:00:00:23:0d:59" })',
    ]
    for (const change of changes) {
      const fields = '__typename ... on Error { code message hints fault { status } }'
      expect(await gateway.run(`mutation { done: ${change} { ${fields} } }`, {}, as(headers))).toEqual({
        data: { done: { __typename: 'UnauthenticatedError', code: 'UNAUTHENTICATED', message, hints, fault: null } },
      })
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each([
    [{ authorization: 'Basic embedded-token' }],
    [{ authorization: 'Token x' }],
    [{ authorization: 'embedded-token' }],
    [{ authorization: 'Bearer two words' }],
    [{ authorization: 'Bearer' }],
    [{ authorization: 'Bearer ' }],
    [{ authorization: '' }],
    [{ 'x-auth-token': ' ' }],
    [{ 'x-auth-token': '', authorization: '' }],
    [{ 'x-auth-token': 'two words' }],
    [{ 'x-auth-token': '', authorization: 'Basic x' }],
  ])('that cannot be read is none, and the gateway’s own is not lent for it: %j', async (headers) => {
    await using gateway = await startGateway()
    for (let i = 0; i < 3; i++) expect(await gateway.run(query)).toEqual(ours) // kept by now
    gateway.cloud.clearRequests()
    for (let i = 0; i < 2; i++) {
      const { data, errors } = await gateway.run(query, {}, as(headers))
      expect([data, errors?.[0]]).toMatchObject([{ servers: null }, { message: NO_TOKEN, extensions: { fault: null } }])
    }
    expect(await gateway.run(mutation, {}, as(headers))).toEqual({
      data: { createNetwork: { __typename: 'UnauthenticatedError' } },
    })
    const { text } = await post(gateway, JSON.stringify({ query: 'subscription { changes { at } }' }), undefined, {
      accept: 'text/event-stream',
      ...headers,
    })
    expect(text).toContain(NO_TOKEN)
    expect(gateway.cloud.requests).toEqual([])
    expect(await gateway.run(query)).toEqual(ours)
  })

  it('of nobody is UNAUTHENTICATED with what the cloud said', async () => {
    await using gateway = await startGateway()
    const { data, errors } = await gateway.run(query, {}, as({ 'x-auth-token': 'wrong-token' }))
    const fault = { status: 401, name: 'fault', message: 'UNAUTHORIZED', details: rejectedToken().details }
    expect([data, errors?.[0]?.extensions]).toMatchObject([{ servers: null }, { code: 'UNAUTHENTICATED', fault }])
  })

  it("does not show another tenant's server, network or nic", async () => {
    await using gateway = await startGateway()
    gateway.cloud.db.addNetwork({ ownerId: 'user-other' })
    const nodes = 'nodes(ids: ["Server:140", "Network:3", "Nic:aa:00:00:51:7c:03"]) { id }'
    expect(await gateway.run(`{ server(id: 140) { id } nic(id: "nic-140-0") { id } ${nodes} }`)).toEqual({
      data: { server: null, nic: null, nodes: [null, null, null] },
    })
  })

  it('shows each of two tenants who ask at once only what is theirs', async () => {
    await using gateway = await startGateway()
    const tokens = Array.from({ length: 20 }, (_, at) => (at % 2 ? 'embedded-token' : other))
    const answers = await Promise.all(tokens.map((token) => gateway.run(query, {}, as({ 'x-auth-token': token }))))
    expect(answers).toEqual(tokens.map((token) => (token === other ? theirs : ours)))
  })
})

describe('what gets out', () => {
  const secret = 'a-very-secret-token'
  const trace = 'Traceback (most recent call last):\n  File "/usr/lib/synnefo/api/networks.py", line 7, in demux'
  const withToken = JSON.stringify({ unauthorized: { message: `Invalid X-Auth-Token ${secret}` } })
  const failures: [what: string, Failure | Fault][] = [
    ['a reset', reset()],
    ['half an answer', cut()],
    ['a page', htmlAnswer(502)],
    ['an answer of another shape', jsonAnswer({ networks: [{ id: 7 }] })],
    ['a redirect', redirect('http://internal.example/compute/v2.0/networks')],
    ['a refused token', rejectedToken()],
    ['a refusal', forbidden('Not today')],
    ['an error', unexpectedError()],
    ["a fault whose details hold the caller's token", new Fault(401, 'fault', 'UNAUTHORIZED', withToken)],
    ["a fault whose details hold the server's stack", new Fault(500, 'internalServerError', 'Unexpected error', trace)],
  ]

  it.each(failures)(
    'after %s is no token, no internal URL and no stack, and no token is logged',
    async (_what, failure) => {
      await using gateway = await startGateway({ cloud: { tokens: { [secret]: 'user-tutorial' } } })
      const { cloud, logged } = gateway
      const said: string[] = []
      for (const text of [
        query,
        '{ networks { nodes { name } } }',
        mutation.replace('__typename', '... on Error { message hints fault { name message details } }'),
      ]) {
        cloud.failNext('*', failure)
        for (const headers of [{ 'x-auth-token': secret }, { authorization: `Bearer ${secret}` }, {}]) {
          const { text: body, headers: told } = await post(
            gateway,
            JSON.stringify({ query: text }),
            'application/json',
            headers,
          )
          said.push(body + JSON.stringify(told))
        }
      }
      await http(gateway, inUrl(query), { headers: { 'x-auth-token': secret } }).then(({ text }) => said.push(text))
      const { host } = new URL(cloud.url)
      for (const text of said) {
        for (const leak of [secret, host, 'internal.example', '/compute/', 'Traceback', '    at ', '.ts:', '.py']) {
          expect(text).not.toContain(leak)
        }
      }
      expect(logged.join('\n')).not.toContain(secret)
    },
  )
})

describe('a caller who goes', () => {
  it('ends the call to the cloud that was for them', async () => {
    await using gateway = await startGateway()
    const { cloud } = gateway
    cloud.failNext('GET /servers/detail', hang())
    const caller = new AbortController()
    const answer = gateway.run(query, {}, { signal: caller.signal })
    await cloud.calls.arrived('GET /servers/detail')
    expect(cloud.requests[0]?.endedAt).toBeNull()
    caller.abort()
    await expect(answer).rejects.toThrow()
    await cloud.calls.ended('GET /servers/detail')
  })

  it('leaves nothing in the log: it was no failure of the cloud', async () => {
    await using gateway = await startGateway()
    const { cloud, logged } = gateway
    cloud.failNext('GET /servers/detail', hang())
    const caller = new AbortController()
    const answer = gateway.run(query, {}, { signal: caller.signal })
    await cloud.calls.arrived('GET /servers/detail')
    caller.abort()
    await expect(answer).rejects.toThrow()
    await vi.waitFor(() => expect(logged.join()).toContain('Processing GraphQL Parameters done.'), waitLong)
    expect(logged.join()).not.toMatch(/CLOUD_UNAVAILABLE|"level":50/)
  })

  it('ends the waiting for a change, which stands', async () => {
    await using gateway = await startGateway({ waits: { firstMs: 5, longestMs: 5 } })
    const { cloud } = gateway
    cloud.db.addNetwork({ ownerId: 'user-tutorial' })
    cloud.jobs.hold()
    const caller = new AbortController()
    const connect = 'mutation { connectServer(input: { serverId: 141, networkId: 3 }) { __typename } }'
    const answer = gateway.run(connect, {}, { signal: caller.signal })
    await cloud.calls.arrived('GET /servers/141', 4)
    caller.abort()
    await expect(answer).rejects.toThrow()
    // While somebody else looks ten times, as often at least, nobody looks for this one.
    const other = gateway.run(connect.replace('141', '142'))
    const looks = (server: number) => cloud.requests.filter(({ path }) => path === `/servers/${server}`).length
    await vi.waitFor(async () => {
      const [before, others] = [looks(141), looks(142)]
      await cloud.calls.arrived('GET /servers/142', others + 10)
      expect(looks(141)).toBe(before)
    }, waitLong)
    cloud.jobs.release()
    await other
    expect(cloud.db.server(141).nics).toHaveLength(2)
  })
})
