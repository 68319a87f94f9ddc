import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'
import { expect, it } from 'vitest'
import { start } from '../support/process.ts'
import { spawnInTest } from '../support/spawn.ts'

interface OtlpSpan {
  name: string
  kind: number
  traceId: string
  spanId: string
  parentSpanId?: string
}

/** An OpenTelemetry collector that keeps what it is sent. */
async function startCollector() {
  const spans: OtlpSpan[] = []
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[]
      }
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, spans, [Symbol.asyncDispose]: async () => void server.close() }
}

const post = async (url: string, query: string, headers: Record<string, string> = {}) => {
  const { body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  return await body.text()
}

it('traces a request, its root fields and its calls, below the trace that it came with', async () => {
  await using collector = await startCollector()
  const { child, ended, url, cloudUrl } = start([], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`
  await post(await url(), 'query Both { networks { totalCount } servers { totalCount } }', { traceparent })
  const asked = (await (await request(new URL('/_embedded/requests', await cloudUrl()))).body.json()) as {
    path: string
    traceparent: string
  }[]
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  const { spans } = collector
  const named = (name: string) => spans.find((span) => span.name === name)
  const root = named('query Both')
  expect(root).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 2 })
  const children = ['networks', 'servers', 'GET /networks/detail', 'GET /servers/detail']
  expect(spans.map(({ name }) => name).toSorted()).toEqual([...children, 'query Both'].toSorted())
  for (const name of children) expect(named(name)).toMatchObject({ traceId, parentSpanId: root?.spanId })
  // The cloud is told of the very span of its call.
  for (const { path, traceparent } of asked) {
    expect(traceparent).toBe(`00-${traceId}-${named(`GET ${path}`)?.spanId}-01`)
  }
  expect(asked).toHaveLength(2)
})

it('prints no token, whatever happens and however much is logged', async () => {
  const { child, ended, url, cloudUrl } = start([], { LOG_LEVEL: 'trace', CLOUD_TOKEN: 'embedded-token' })
  const endpoint = await url()
  const tokens = ['other-token', 'wrong-token-31337', 'embedded-token']
  const failures = [
    { reset: true },
    { hang: true, delayMs: 1 },
    { answer: { status: 502, body: '<h1>other-token wrong-token-31337</h1>', headers: {} } },
    { fault: { status: 500, name: 'internalServerError', message: 'for other-token' } },
    { answer: { status: 200, body: '{"networks": "other-token"}', headers: {} } },
  ]
  for (const failure of [null, ...failures.filter((it) => !('hang' in it))]) {
    for (const token of tokens) {
      if (failure) {
        const body = JSON.stringify({ route: '*', times: 9, ...failure })
        await request(new URL('/_embedded/failures', await cloudUrl()), { method: 'POST', body })
      }
      const headers = { 'x-auth-token': token, 'x-request-id': `Bearer ${token}`, 'x-explain': '1' }
      await post(endpoint, '{ networks { nodes { name } } server(id: 141) { name } nothing }', headers)
      const answer = await post(endpoint, '{ networks { nodes { name } } server(id: 141) { name } }', headers)
      expect(answer).not.toContain(token)
      await post(
        endpoint,
        'mutation { createNetwork(input: { name: "n" }) { __typename ... on Error { message } } }',
        headers,
      )
      await request(new URL('/_embedded/failures', await cloudUrl()), { method: 'DELETE' })
    }
  }
  const metrics = await (await request(new URL('/metrics', endpoint))).body.text()
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  expect(code).toBe(0)
  expect(stdout.split('\n').length).toBeGreaterThan(40)
  for (const token of tokens) for (const text of [stdout, stderr, metrics]) expect(text).not.toContain(token)
})

it('warns of no leak where many things are read or waited for at once', async () => {
  const { child, ended, url } = start(['--embedded-networks', '3', '--embedded-servers', '40'])
  const endpoint = await url()
  const servers = Array.from({ length: 15 }, (_, at) => `s${at}: server(id: ${at + 1}) { serverId }`)
  const answer = await post(endpoint, `{ ${servers.join(' ')} }`)
  expect(Object.keys(JSON.parse(answer).data)).toHaveLength(15)
  const connect = (serverId: number) =>
    `mutation { connectServer(input: { serverId: ${serverId}, networkId: 3 }) { __typename } }`
  await Promise.all(Array.from({ length: 15 }, (_, at) => post(endpoint, connect(at + 1))))
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
})

it('ends with exit code 1 and a line in the log after an error that nobody caught', async () => {
  const source = (name: string) => JSON.stringify(new URL(`../../src/${name}.ts`, import.meta.url).href)
  for (const fault of ["throw new Error('boom')", "void Promise.reject(new Error('boom'))"]) {
    const script = `
      const { createLog } = await import(${source('log')})
      const { endOnCrash } = await import(${source('process-end')})
      endOnCrash(await createLog('info'))
      setTimeout(() => { ${fault} }, 1)
      setInterval(() => {}, 1000)`
    const child = spawnInTest(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    const [code] = await once(child, 'close')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ level: 60, err: { message: 'boom' } })
  }
})
