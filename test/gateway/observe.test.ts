import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { hang, htmlAnswer } from '../../src/embedded/failures.ts'
import { forbidden } from '../../src/embedded/faults.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { requestLines } from '../support/log.ts'
import { metric, untilInFlight } from '../support/metrics.ts'

const named = 'query Names($first: Int) { networks(first: $first) { nodes { name } } }'

async function post(gateway: TestGateway, body: object, headers: Record<string, string> = {}) {
  const answer = await request(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { headers: answer.headers, json: (await answer.body.json()) as { extensions?: { cloud: object } } }
}

/** The lines of requests, without what differs from run to run. */
async function lines(gateway: TestGateway, count: number) {
  return (await requestLines(gateway, count)).map(({ level, time, ms, msg, requestId, ...rest }) => {
    expect([level, typeof time, typeof ms, typeof requestId]).toEqual([30, 'number', 'number', 'string'])
    return rest
  })
}

describe('the log', () => {
  it('has one line a request, with its operation and cost, and without its variables', async () => {
    await using gateway = await startGateway()
    await gateway.run(named, { first: 1234567 })
    await gateway.run(named, { first: 1234567 })
    gateway.cloud.failNext('PUT /networks/:id', forbidden('No'))
    await gateway.run('mutation Rename { renameNetwork(input: { networkId: 1, name: "n" }) { __typename } }')
    await gateway.run('{ nothing }')
    expect(await lines(gateway, 4)).toEqual([
      { operation: 'Names', type: 'query', status: 200, restCalls: 1, coalesced: 0, cache: 'none' },
      { operation: 'Names', type: 'query', status: 200, restCalls: 1, coalesced: 0, cache: 'lists' },
      {
        ...{ operation: 'Rename', type: 'mutation', status: 200, restCalls: 1, coalesced: 0, cache: 'none' },
        codes: ['FORBIDDEN'],
      },
      { status: 200, restCalls: 0, coalesced: 0, cache: 'none', codes: ['GRAPHQL_VALIDATION_FAILED'] },
    ])
    expect(gateway.logged.join()).not.toContain('1234567')
  })

  it('tells an answer that was given again, and reads that were waited for', async () => {
    await using gateway = await startGateway()
    const query = '{ servers { totalCount } }'
    gateway.cloud.calls.hold('*')
    const asked = [gateway.run(query), gateway.run(query)]
    await untilInFlight(gateway, 2)
    gateway.cloud.calls.release()
    const together = await Promise.all(asked)
    expect(together[0]).toEqual(together[1])
    for (let i = 0; i < 3; i++) await gateway.run(query)
    const all = await lines(gateway, 5)
    expect(all.map(({ restCalls }) => restCalls).toSorted()).toEqual([0, 1, 1, 1, 1])
    expect(all.map(({ coalesced }) => coalesced).toSorted()).toEqual([0, 0, 0, 0, 1])
    expect(all.at(-1)).toMatchObject({ cache: 'answer' })
  })

  it('tells of a caller who left, and is silent about health and metrics', async () => {
    await using gateway = await startGateway()
    gateway.cloud.jobs.hold()
    await request(`${gateway.url}/health/live`)
    await request(`${gateway.url}/metrics`)
    const leaving = new AbortController()
    const asked = gateway.run('subscription S { changes { at } }', {}, { signal: leaving.signal })
    asked.catch(() => {})
    await gateway.cloud.calls.arrived('*', 2)
    leaving.abort()
    expect(await lines(gateway, 1)).toMatchObject([{ left: true, restCalls: 0 }])
  })
})

describe('a request id', () => {
  it("is the client's, told back and sent to the cloud; or one of our own", async () => {
    await using gateway = await startGateway()
    const first = await post(gateway, { query: named }, { 'x-request-id': 'abc-1' })
    expect(first.headers['x-request-id']).toBe('abc-1')
    expect(gateway.cloud.requests.map(({ requestId }) => requestId)).toEqual(['abc-1'])
    for (const unsound of ['', 'a b', 'x'.repeat(129), 'a"b', '{}']) {
      const { headers } = await post(gateway, { query: '{ __typename }' }, { 'x-request-id': unsound })
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })
})

describe('X-Explain: 1', () => {
  it('tells what the cloud was asked and what was held, in extensions.cloud', async () => {
    await using gateway = await startGateway()
    const explain = { 'x-explain': '1', 'x-request-id': 'why' }
    const call = (route: string, status = 200) => ({ method: 'GET', route, status, ms: expect.any(Number) })
    const query = '{ networks { nodes { nics { nodes { macAddress } } } } }'
    const plain = (await post(gateway, { query })).json
    expect(plain.extensions).toBeUndefined()
    const told = { requestId: 'why', coalesced: 0, ms: expect.any(Number) }
    const expected = [
      ['lists', 304],
      ['answer', 304],
      ['answer', 304],
    ] as const
    for (const [cache, status] of expected) {
      const { extensions, ...rest } = (await post(gateway, { query }, explain)).json
      expect(rest).toEqual(plain)
      const calls = [call('/networks/detail', status), call('/servers/detail', status)]
      expect(extensions?.cloud).toEqual({ ...told, cache, restCalls: expect.arrayContaining(calls) })
    }
    gateway.cloud.failNext('GET *', htmlAnswer(502), 2)
    const failed = (await post(gateway, { query: '{ server(id: 141) { name } }' }, explain)).json
    expect(failed.extensions?.cloud).toMatchObject({ restCalls: [call('/servers/detail', 502)] })
  })

  it('tells of a mutation too', async () => {
    await using gateway = await startGateway()
    const mutation = 'mutation { createNetwork(input: { name: "n" }) { __typename } }'
    const { json } = await post(gateway, { query: mutation }, { 'x-explain': '1' })
    expect(json.extensions?.cloud).toMatchObject({ restCalls: [{ method: 'POST', route: '/networks', status: 202 }] })
  })
})

describe('/metrics', () => {
  it('counts operations, errors, calls, and what was saved', async () => {
    await using gateway = await startGateway()
    await gateway.run(named)
    await gateway.run(named)
    gateway.cloud.failNext('GET /servers/:id', htmlAnswer(502))
    await gateway.run('{ server(id: 141) { name } }')
    await gateway.run('mutation { deleteNetwork(input: { networkId: 99 }) { __typename } }')
    await gateway.run('{ nothing }')
    await lines(gateway, 5)
    expect(await metric(gateway, 'cloudnet_graphql_operations_total')).toEqual([
      'cloudnet_graphql_operations_total{type="query",status="200"} 3',
      'cloudnet_graphql_operations_total{type="mutation",status="200"} 1',
      'cloudnet_graphql_operations_total{type="none",status="200"} 1',
    ])
    expect(await metric(gateway, 'cloudnet_graphql_errors_total')).toEqual([
      'cloudnet_graphql_errors_total{code="CLOUD_UNAVAILABLE"} 1',
      'cloudnet_graphql_errors_total{code="NETWORK_NOT_FOUND"} 1',
      'cloudnet_graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1',
    ])
    expect(await metric(gateway, 'cloudnet_rest_calls_total')).toEqual([
      'cloudnet_rest_calls_total{method="GET",route="/networks/detail",status="200"} 1',
      'cloudnet_rest_calls_total{method="GET",route="/networks/detail",status="304"} 1',
      'cloudnet_rest_calls_total{method="GET",route="/servers/:id",status="502"} 1',
      'cloudnet_rest_calls_total{method="DELETE",route="/networks/:id",status="404"} 1',
    ])
    expect(await metric(gateway, 'cloudnet_query_cache_total')).toEqual([
      'cloudnet_query_cache_total{held="none"} 2',
      'cloudnet_query_cache_total{held="lists"} 1',
    ])
    for (const name of ['cloudnet_breaker_open 0', 'cloudnet_subscriptions 0', 'cloudnet_http_requests_in_flight 0']) {
      expect(await metric(gateway, name)).toEqual([name])
    }
    expect(await metric(gateway, 'cloudnet_graphql_operation_duration_seconds_count{type="query"}')).toHaveLength(1)
    expect(await metric(gateway, 'cloudnet_rest_call_duration_seconds_count')).toHaveLength(3)
    for (const name of ['nodejs_eventloop_lag_seconds ', 'process_resident_memory_bytes ']) {
      expect(await metric(gateway, name)).toHaveLength(1)
    }
  })

  it('counts each request once, however many there were and however often it is asked', async () => {
    await using gateway = await startGateway()
    await Promise.all(Array.from({ length: 600 }, () => gateway.run('{ __typename }')))
    const counted = ['cloudnet_graphql_operations_total{type="query",status="200"} 600']
    expect(await metric(gateway, 'cloudnet_graphql_operations_total')).toEqual(counted)
    expect(await metric(gateway, 'cloudnet_graphql_operations_total')).toEqual(counted)
  })

  it('tells how many requests are being answered', async () => {
    await using gateway = await startGateway()
    gateway.cloud.failNext('GET /networks/detail', hang())
    const leaving = new AbortController()
    const asked = fetch(`${gateway.url}/graphql?query={networks{totalCount}}`, { signal: leaving.signal }).catch(
      () => {},
    )
    await untilInFlight(gateway, 1)
    leaving.abort()
    await asked
    await untilInFlight(gateway, 0)
  })

  it('has no label that a client can make up', async () => {
    await using gateway = await startGateway()
    for (const name of ['A', 'B', 'C']) await gateway.run(`query ${name} { server(id: 141) { name } }`)
    await lines(gateway, 3)
    const { body } = await request(`${gateway.url}/metrics`)
    const text = await body.text()
    expect(text).not.toMatch(/="(A|B|C|141)"/)
  })
})
