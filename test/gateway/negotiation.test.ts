import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { http, inUrl } from '../support/http.ts'
import { metric } from '../support/metrics.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8'
const MULTIPART = 'multipart/mixed; boundary="-"'
const EVENTS = 'text/event-stream'

const mutation = 'mutation { createNetwork(input: { name: "n" }) { __typename } }'
const query = '{ servers { totalCount } }'
const subscription = 'subscription { changes { at } }'

const json = { 'content-type': 'application/json' }

const send = (gateway: TestGateway, text: string, headers: Record<string, string> = {}) =>
  http(gateway, '/graphql', { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ query: text }) })

/** The status, content type and code of an answer that is an error alone. */
function refusal({ status, headers, text }: Awaited<ReturnType<typeof http>>) {
  const { errors } = JSON.parse(text) as { errors: { message: string; extensions: { code: string } }[] }
  return [status, headers['content-type'], errors[0]?.extensions.code]
}

const NO_TYPE = [
  'None of the media types in `Accept` can be sent. Queries and mutations are answered in application/graphql-response+json,',
  'application/json, multipart/mixed or text/event-stream; subscriptions in text/event-stream.',
].join(' ')

describe('who accepts nothing that could be sent', () => {
  it('gets 406 with JSON that names what can be, and no change is made', async () => {
    await using gateway = await startGateway()
    const headers = [
      'text/html',
      'application/xml, image/*',
      'application/json;q=0',
      '*/*;q=0',
      '*/*; Q=0.000',
      'application/json; charset=latin1',
      'application/json;q=0, application/graphql-response+json;q=0, multipart/*;q=0, text/event-stream;q=0, */*',
      'nonsense',
      'application/json;q=nonsense',
      'application/json;q=2',
      'application/json/json, application, /json, application/, */json',
      `text/plain${', text/plain'.repeat(1000)}`,
      `application/json;x="${'\\"a'.repeat(3000)}`.replace('json', 'xml'),
    ]
    for (const accept of headers) {
      for (const text of [mutation, query, subscription]) {
        const answer = await send(gateway, text, { accept })
        expect(refusal(answer), accept).toEqual([406, JSON_TYPE, 'NOT_ACCEPTABLE'])
        expect(JSON.parse(answer.text).errors[0].message).toBe(NO_TYPE)
      }
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it('gets 406 for a query in a URL as well, where there is no page', async () => {
    await using gateway = await startGateway({ limits: { graphiql: false } })
    const headers = { accept: 'text/html' }
    expect(refusal(await http(gateway, inUrl(query), { headers }))).toEqual([406, JSON_TYPE, 'NOT_ACCEPTABLE'])
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each(['application/json', 'application/*', 'multipart/mixed', 'application/json, text/event-stream;q=0'])(
    'of a subscription, which is events alone, gets 406, and it is never begun: %s',
    async (accept) => {
      await using gateway = await startGateway()
      const answers = [
        await send(gateway, subscription, { accept }),
        await http(gateway, inUrl(subscription), { headers: { accept } }),
      ]
      for (const answer of answers) {
        expect(refusal(answer)).toEqual([406, JSON_TYPE, 'NOT_ACCEPTABLE'])
        expect(JSON.parse(answer.text).errors[0].message).toBe('A subscription is answered in text/event-stream alone.')
      }
      const strict = await send(gateway, subscription, { accept: 'application/graphql-response+json' })
      expect(refusal(strict)).toEqual([406, RESPONSE_TYPE, 'NOT_ACCEPTABLE'])
      expect(gateway.cloud.requests).toEqual([])
      expect(await metric(gateway, 'cloudnet_subscriptions ')).toEqual(['cloudnet_subscriptions 0'])
    },
  )
})

describe('the type of an answer', () => {
  it('of a query follows from what is accepted', async () => {
    await using gateway = await startGateway()
    const types: [accept: string, type: string][] = [
      ['*/*', JSON_TYPE],
      ['', JSON_TYPE],
      [' , ', JSON_TYPE],
      ['application/*', JSON_TYPE],
      ['application/json', JSON_TYPE],
      ['APPLICATION/JSON', JSON_TYPE],
      ['application/json;charset=utf-8', JSON_TYPE],
      ['application/json ; charset="UTF-8" ; q=0.5', JSON_TYPE],
      ['application/json;profile="a,b;q=0"', JSON_TYPE],
      ['application/graphql-response+json; charset=UTF-8', RESPONSE_TYPE],
      ['Application/GraphQL-Response+JSON', RESPONSE_TYPE],
      ['application/graphql-response+json, application/json;q=0.9', RESPONSE_TYPE],
      ['application/json;q=0.9, application/graphql-response+json', RESPONSE_TYPE],
      ['application/json, application/graphql-response+json', JSON_TYPE],
      ['application/graphql-response+json, application/json', RESPONSE_TYPE],
      ['application/graphql-response+json, */*', RESPONSE_TYPE],
      ['*/*, application/graphql-response+json', JSON_TYPE],
      ['application/json;q=0, */*', RESPONSE_TYPE],
      ['application/*;q=0, */*', MULTIPART],
      ['application/json;q=0.1, */*;q=0.2, application/graphql-response+json;q=0', MULTIPART],
      ['text/*', EVENTS],
      ['text/event-stream, application/json', JSON_TYPE],
      ['text/event-stream, application/json;q=0.5', EVENTS],
      ['multipart/mixed, application/json;q=0', MULTIPART],
      ['multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json;q=0.9', RESPONSE_TYPE],
      ['nonsense, application/json;q=nonsense, application/graphql-response+json', RESPONSE_TYPE],
      // What Java's HttpURLConnection sends unless told.
      ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', JSON_TYPE],
      [`${'text/plain, '.repeat(90)}application/json`, JSON_TYPE],
    ]
    for (const [accept, type] of types) {
      const { status, headers, text } = await send(gateway, query, { accept })
      expect([status, headers['content-type']], accept).toEqual([200, type])
      expect(text).toContain('{"data":{"servers":{"totalCount":2}}}')
    }
  })

  it('follows from all Accept headers together', async () => {
    await using gateway = await startGateway()
    const headers = { accept: ['text/html', 'application/json;q=0.5', 'application/graphql-response+json'], ...json }
    const answer = await http(gateway, '/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, RESPONSE_TYPE])
  })

  it.each(['text/event-stream', 'TEXT/EVENT-STREAM; charset=utf-8', 'text/*;q=0.1', '*/*', 'text/html, */*'])(
    'of a subscription is that of its events: %s',
    async (accept) => {
      await using gateway = await startGateway()
      const body = JSON.stringify({ query: subscription })
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
      const headers = `Host: localhost\r\nAccept: ${accept}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
      socket.write(`POST /graphql HTTP/1.1\r\n${headers}\r\n\r\n${body}`)
      const [head] = (await once(socket, 'data')) as [Buffer]
      expect(head.toString()).toMatch(/^HTTP\/1\.1 200 .*content-type: text\/event-stream\r\n/is)
      socket.destroy()
    },
  )

  it('of an error of the document is the one that is accepted, and of a request that is refused always JSON', async () => {
    await using gateway = await startGateway()
    const events = await send(gateway, '{ nothing }', { accept: EVENTS })
    expect([events.status, events.headers['content-type']]).toEqual([200, EVENTS])
    const body = '{"query":'
    for (const accept of [EVENTS, 'multipart/mixed']) {
      const answer = await http(gateway, '/graphql', { method: 'POST', headers: { ...json, accept }, body })
      expect(refusal(answer)).toEqual([400, JSON_TYPE, 'BAD_REQUEST'])
    }
  })
})

describe('GraphiQL', () => {
  const page = { 'content-type': 'text/html' }

  it.each([
    'text/html',
    'TEXT/HTML',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/json, text/html',
  ])('is shown to who accepts %s, whatever the URL asks', async (accept) => {
    await using gateway = await startGateway()
    for (const path of ['/graphql', inUrl(query)]) {
      expect(await http(gateway, path, { headers: { accept } })).toMatchObject({ status: 200, headers: page })
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each(['application/json, text/html;q=0.5', 'text/html;q=0, */*', 'text/*, */*', '*/*'])(
    'is not shown to who accepts %s',
    async (accept) => {
      await using gateway = await startGateway()
      const { status, headers } = await http(gateway, inUrl(query), { headers: { accept } })
      expect(status).toBe(200)
      expect(headers['content-type']).not.toContain('html')
    },
  )
})

describe('a body', () => {
  const body = JSON.stringify({ query: mutation })
  const post = (gateway: TestGateway, headers: Record<string, string>, bytes: string | Buffer = body) =>
    http(gateway, '/graphql', { method: 'POST', headers, body: bytes })

  it.each(['text/plain', 'application/json; charset=latin1', 'application/json;charset="utf-16"', 'nonsense', ''])(
    'of another type is refused with 415, which names what is taken: %s',
    async (type) => {
      await using gateway = await startGateway()
      for (const accept of ['*/*', 'text/html', EVENTS]) {
        const answer = await post(gateway, { 'content-type': type, accept })
        expect(refusal(answer)).toEqual([415, JSON_TYPE, 'UNSUPPORTED_MEDIA_TYPE'])
        expect(answer.headers).toMatchObject({ accept: 'application/json' })
        expect(answer.text).toContain('application/json, in UTF-8')
      }
      expect(gateway.cloud.requests).toEqual([])
    },
  )

  it.each([
    'APPLICATION/JSON',
    'Application/Json ; Charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json;',
  ])('of JSON is taken however its type is written: %s', async (type) => {
    await using gateway = await startGateway()
    const { status, text } = await post(gateway, { 'content-type': type })
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { data: { createNetwork: { __typename: 'CreateNetworkSuccess' } } },
    ])
  })

  it.each([
    ['gzip', gzipSync(body)],
    ['GZIP', gzipSync(body)],
    ['br', body],
    ['identity, gzip', gzipSync(body)],
  ])('that is compressed is refused with 415: %s', async (coding, bytes) => {
    await using gateway = await startGateway()
    const answer = await post(gateway, { ...json, 'content-encoding': coding }, bytes)
    expect(refusal(answer)).toEqual([415, JSON_TYPE, 'UNSUPPORTED_MEDIA_TYPE'])
    expect(answer.headers).toMatchObject({ 'accept-encoding': 'identity' })
    expect(answer.text).toContain('not compressed')
    expect(gateway.cloud.requests).toEqual([])
  })

  it('that says that it is not compressed is taken', async () => {
    await using gateway = await startGateway()
    expect(await post(gateway, { ...json, 'content-encoding': 'Identity' })).toMatchObject({ status: 200 })
  })
})

describe('a method', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)(
    'that is not taken is refused with 405: %s',
    async (method) => {
      await using gateway = await startGateway()
      for (const accept of ['*/*', 'text/html']) {
        const answer = await http(gateway, '/graphql', { method, headers: { accept } })
        expect(refusal(answer)).toEqual([405, JSON_TYPE, 'BAD_REQUEST'])
        expect(answer.headers).toMatchObject({ allow: 'GET, POST' })
      }
    },
  )

  it('HEAD is refused with 405, without a body', async () => {
    await using gateway = await startGateway()
    const { status, headers, text } = await http(gateway, inUrl(query), { method: 'HEAD' })
    expect([status, headers.allow, text]).toEqual([405, 'GET, POST', ''])
    expect(gateway.cloud.requests).toEqual([])
  })

  it('GET is refused for a mutation with 405 and JSON, whatever else is accepted', async () => {
    await using gateway = await startGateway()
    for (const accept of ['*/*', EVENTS, 'multipart/mixed']) {
      const answer = await http(gateway, inUrl(mutation), { headers: { accept } })
      expect(refusal(answer)).toEqual([405, JSON_TYPE, 'BAD_REQUEST'])
      expect(answer.headers).toMatchObject({ allow: 'POST' })
    }
    expect(gateway.cloud.requests).toEqual([])
  })
})
