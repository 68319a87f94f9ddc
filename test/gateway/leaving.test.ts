import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { http, post } from '../support/http.ts'
import { metric, untilInFlight } from '../support/metrics.ts'

it('ends the calls of a read, and lets those of a change come to their end', async () => {
  await using gateway = await startGateway({ cloud: { seed: { networks: 3, servers: 1, nicsPerServer: 1 } } })
  const { cloud } = gateway
  cloud.calls.hold('*')
  const leaving = new AbortController()
  const asked = [
    '{ network(id: 3) { name } }',
    'mutation { renameNetwork(input: { networkId: 3, name: "new" }) { __typename } }',
  ].map((query) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    }).catch(() => 'left'),
  )
  await cloud.calls.arrived('*', 2)
  leaving.abort()
  expect(await Promise.all(asked)).toEqual(['left', 'left'])
  await cloud.calls.ended('GET /networks/:id')
  await untilInFlight(gateway, 0)
  expect(await metric(gateway, 'cloudnet_rest_calls_in_flight')).toEqual(['cloudnet_rest_calls_in_flight 1'])
  cloud.calls.release()
  await expect.poll(() => metric(gateway, 'cloudnet_rest_calls_in_flight')).toEqual(['cloudnet_rest_calls_in_flight 0'])
  expect(await metric(gateway, 'cloudnet_rest_calls_total')).toEqual(
    expect.arrayContaining([
      'cloudnet_rest_calls_total{method="GET",route="/networks/:id",status="none"} 1',
      'cloudnet_rest_calls_total{method="PUT",route="/networks/:id",status="204"} 1',
    ]),
  )
  expect((await post(gateway, { query: '{ network(id: 3) { name } }' })).body).toEqual({
    data: { network: { name: 'new' } },
  })
})

it('sends no call that was waiting for a connection', async () => {
  await using gateway = await startGateway({ limits: { connections: 1, queue: 1 } })
  const { calls, requests } = gateway.cloud
  const pathsAsked = () => requests.map(({ path }) => path)
  calls.hold('*')
  const leaving = new AbortController()
  const left = gateway.run('{ networks { totalCount } servers { totalCount } }', {}, { signal: leaving.signal })
  await calls.arrived('*')
  leaving.abort()
  await expect(left).rejects.toThrow()
  await untilInFlight(gateway, 0)
  calls.release()
  // The connection is free again.
  expect(await gateway.run('{ server(id: "141") { serverId } }')).toEqual({ data: { server: { serverId: '141' } } })
  expect(pathsAsked()).toEqual([expect.stringMatching(/\/detail$/), '/servers/141'])
})

// Node 22 tells of that one alone whose turn it is to be answered.
it('ends all that came on one connection', async () => {
  await using gateway = await startGateway()
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  const body = JSON.stringify({ query: 'subscription { changes { at } }' })
  const headers = `Host: localhost\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  socket.write(`POST /graphql HTTP/1.1\r\n${headers}\r\n\r\n${body}`.repeat(3))
  await expect.poll(() => metric(gateway, 'cloudnet_subscriptions ')).toEqual(['cloudnet_subscriptions 3'])
  socket.destroy()
  await untilInFlight(gateway, 0)
  await expect.poll(() => metric(gateway, 'cloudnet_subscriptions ')).toEqual(['cloudnet_subscriptions 0'])
})

it('ends a subscription that is answered something else than its events', async () => {
  await using gateway = await startGateway()
  const body = JSON.stringify({ query: 'subscription { changes { at } }' })
  const headers = { 'content-type': 'application/json', accept: 'text/html' }
  expect(await http(gateway, '/graphql', { method: 'POST', headers, body })).toMatchObject({ status: 406 })
  await expect.poll(() => metric(gateway, 'cloudnet_subscriptions ')).toEqual(['cloudnet_subscriptions 0'])
})

it('sends no change that had not been sent yet', async () => {
  await using gateway = await startGateway({ limits: { connections: 1 } })
  const { cloud } = gateway
  const writes = () => cloud.requests.filter(({ method }) => method !== 'GET').length
  const leaving = new AbortController()
  cloud.calls.hold('GET /networks/detail', { times: 1 })
  const other = gateway.run('{ networks { totalCount } }')
  await cloud.calls.arrived('GET /networks/detail')
  // It waits for a connection.
  const left = gateway.run(
    'mutation { createNetwork(input: { name: "n" }) { __typename } }',
    {},
    { signal: leaving.signal },
  )
  await untilInFlight(gateway, 2)
  leaving.abort()
  await left.catch(() => {})
  await untilInFlight(gateway, 1)
  cloud.calls.release()
  await other
  // Nor is what stands behind another change in one document.
  cloud.calls.hold('POST /networks', { times: 1 })
  const again = new AbortController()
  const document = `mutation {
    a: createNetwork(input: { name: "a" }) { __typename }
    b: createNetwork(input: { name: "b" }) { __typename }
    c: renameNetwork(input: { networkId: 1, name: "c" }) { __typename }
  }`
  const gone = gateway.run(document, {}, { signal: again.signal })
  await cloud.calls.arrived('POST /networks')
  again.abort()
  await gone.catch(() => {})
  await untilInFlight(gateway, 0)
  cloud.calls.release()
  await expect.poll(() => metric(gateway, 'cloudnet_rest_calls_in_flight')).toEqual(['cloudnet_rest_calls_in_flight 0'])
  expect(await gateway.run('{ networks { nodes { name } } }')).toMatchObject({
    data: { networks: { nodes: [{}, { name: 'a' }] } },
  })
  expect(writes()).toBe(1)
})

it('is no error in the log, at whichever step of a change it comes', async () => {
  await using gateway = await startGateway()
  const { cloud } = gateway
  cloud.db.addNetwork({ ownerId: 'user-tutorial', id: 7 })
  const change = 'mutation { connectServer(input: { serverId: 141, networkId: 7 }) { __typename } }'
  const leaveAt = async (reached: () => Promise<unknown>) => {
    const leaving = new AbortController()
    const left = gateway.run(change, {}, { signal: leaving.signal }).catch(() => 'left')
    await reached()
    leaving.abort()
    expect(await left).toBe('left')
    cloud.calls.release()
    await untilInFlight(gateway, 0)
    await expect
      .poll(() => metric(gateway, 'cloudnet_rest_calls_in_flight'))
      .toEqual(['cloudnet_rest_calls_in_flight 0'])
    cloud.clearRequests()
  }
  // While the server is looked at before, while the change is sent, and while its end is waited for.
  for (const route of ['GET /servers/:id', 'POST /networks/:id/action']) {
    cloud.calls.hold(route)
    await leaveAt(() => cloud.calls.arrived(route))
  }
  cloud.jobs.hold()
  await leaveAt(() => cloud.calls.arrived('GET /servers/:id', 3))
  cloud.jobs.release()
  expect(gateway.logged.filter((line) => /"level":(40|50|60)/.test(line))).toEqual([])
})
