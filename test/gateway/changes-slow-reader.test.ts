import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, vi } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { metric } from '../support/metrics.ts'
import { expectSilence } from '../support/polling.ts'
import { waitLong } from '../support/wait.ts'

const query = `subscription {
  changes { ... on NetworkUpdated { network { name a: name b: name c: name d: name e: name f: name g: name h: name } } }
}`

it('ends the stream of a reader that has stopped, with an error, and stops polling', async () => {
  await using gateway = await startGateway({
    cloud: { seed: { networks: 1000, servers: 1 } },
    polls: { shortestMs: 5, longestMs: 5 },
  })
  const { cloud } = gateway
  const { hostname, port } = new URL(gateway.url)
  const reader = connect(Number(port), hostname)
  reader.pause()
  const body = JSON.stringify({ query })
  reader.write(
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: text/event-stream\r\n' +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await cloud.calls.arrived('*', 5)

  // Every network is renamed at each look, until nobody looks any more: the sockets' buffers are full, then the queue is.
  const looks = () => cloud.requests.length
  const isSubscribed = async () => (await metric(gateway, 'cloudnet_subscriptions'))[0] !== 'cloudnet_subscriptions 0'
  for (let round = 0; await isSubscribed(); round++) {
    expect(round).toBeLessThan(300)
    const before = looks()
    for (const network of cloud.db.networksSeenBy('user-tutorial')) {
      network.name = `${round} `.padEnd(128, 'x')
      cloud.db.touch(network)
    }
    await vi.waitFor(
      async () => expect(looks() > before + 1 || !(await isSubscribed()), 'looks or ends').toBe(true),
      waitLong,
    )
  }
  await expectSilence(gateway, 'user-tutorial')

  reader.resume()
  const read = await text(reader)
  expect(read).toContain('more than 10000 changes were left unread')
  expect(read).toContain('"code":"BUSY"')
})
