/** What no client library sends, written to the connection as it is. */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

/** All that comes back until the gateway ends the connection. */
async function sent({ url }: TestGateway, lines: readonly string[]) {
  const { port } = new URL(url)
  const socket = connect({ port: Number(port), host: '127.0.0.1' })
  socket.write(lines.join('\r\n'))
  const answer = await text(socket)
  socket.destroy()
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2)
  const [status = '', ...headers] = head.split('\r\n')
  return { status: Number(status.split(' ')[1]), headers: headers.map((line) => line.toLowerCase()), body }
}

const operation = (document: string, headers: readonly string[] = []) => {
  const body = JSON.stringify({ query: document })
  const all = ['Host: localhost', 'Content-Type: application/json', 'Connection: close', ...headers]
  return ['POST /graphql HTTP/1.1', ...all, `Content-Length: ${body.length}`, '', body]
}
const query = '{ servers { totalCount } }'
const mutation = 'mutation { createNetwork(input: { name: "n" }) { __typename } }'

describe('a header that may come once and comes twice', () => {
  it.each([
    ['Authorization: Bearer embedded-token', 'Authorization: Basic x'],
    ['Authorization: Basic x', 'authorization: Bearer embedded-token'],
    ['Authorization: Bearer embedded-token', 'Authorization:'],
  ])('is no token that can be read: %s, %s', async (...headers) => {
    await using gateway = await startGateway()
    const { status, body } = await sent(gateway, operation(mutation, headers))
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { data: { createNetwork: { __typename: 'UnauthenticatedError' } } },
    ])
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each([
    [421, 'Host: evil.example'],
    [415, 'Content-Type: text/plain'],
  ])('is refused with %d: %s', async (expected, header) => {
    await using gateway = await startGateway()
    const { status, body } = await sent(gateway, operation(mutation, [header]))
    expect([status, JSON.parse(body)]).toMatchObject([expected, { errors: [{}] }])
    expect(gateway.cloud.requests).toEqual([])
  })
})

it.each([
  [431, ['GET /graphql HTTP/1.1', 'Host: localhost', `Accept: ${'text/plain, '.repeat(1500)}*/*`, '', '']],
  [417, operation(query, ['Expect: the-unexpected'])],
  [400, ['GET /graphql HTTP/1.1', 'Host: localhost', 'No header at all', '', '']],
  [400, operation(query, ['Transfer-Encoding: chunked'])],
] as const)('what Node itself refuses with %d is told in JSON', async (expected, lines) => {
  await using gateway = await startGateway()
  const { status, headers, body } = await sent(gateway, lines)
  expect([status, JSON.parse(body)]).toEqual([
    expected,
    { errors: [{ message: expect.stringMatching(/\.$/), extensions: { code: 'BAD_REQUEST' } }] },
  ])
  expect(headers).toEqual(
    expect.arrayContaining([
      'cache-control: private, no-store',
      'content-type: application/json; charset=utf-8',
      'connection: close',
    ]),
  )
})

it('a body in another transfer coding than chunked is refused with 415', async () => {
  await using gateway = await startGateway()
  const lines = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Connection: close']
  const { status } = await sent(gateway, [...lines, 'Transfer-Encoding: gzip, chunked', '', '1', 'x', '0', '', ''])
  expect(status).toBe(415)
})

it('what is no UTF-8 is not answered with what was answered to its like', async () => {
  await using gateway = await startGateway()
  const ask = async (body: Buffer<ArrayBuffer>) => {
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })
    return status
  }
  const bodyWith = (bytes: number[]) =>
    Buffer.concat([Buffer.from('{"query":"{ servers { totalCount } } #'), Buffer.from(bytes), Buffer.from('"}')])
  const replacement = bodyWith([0xef, 0xbf, 0xbd])
  const broken = bodyWith([0xff])
  expect(await ask(broken)).toBe(400)
  for (let time = 0; time < 4; time++) expect(await ask(replacement)).toBe(200)
  expect(await ask(broken)).toBe(400)
})
