import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createYoga } from 'graphql-yoga'
import { pino } from 'pino'
import { request } from 'undici'
import { expect, test, vi } from 'vitest'
import { endOfTurn } from '../../src/gateway/end-of-turn.ts'
import { listenerOf } from '../../src/gateway/listener.ts'
import { Metrics } from '../../src/gateway/observe/metrics.ts'
import { Observer } from '../../src/gateway/observe/observer.ts'
import { waitLong } from '../support/wait.ts'

/** What happens, in this order, as seen by whoever waits. */
function record() {
  const seen: string[] = []
  const wait = async (name: string) => {
    await endOfTurn()
    seen.push(name)
  }
  return { seen, wait }
}

test('who waits in one turn goes on in the same one, first come, first served', async () => {
  const { seen, wait } = record()
  const waiting = [wait('first')]
  // What else there is to do in this turn comes before, and may have more who wait.
  await new Promise<void>((resolve) => process.nextTick(resolve))
  seen.push('other work')
  waiting.push(wait('second'))
  setImmediate(() => seen.push('the next turn'))
  await Promise.all(waiting)
  expect(seen).toEqual(['other work', 'first', 'second'])
  await nextTurn()
  expect(seen).toEqual(['other work', 'first', 'second', 'the next turn'])
})

test('who waits again waits for the end of the next one', async () => {
  const { seen, wait } = record()
  const both = wait('first').then(() => wait('first again'))
  setImmediate(() => seen.push('between'))
  await Promise.all([both, wait('second')])
  expect(seen).toEqual(['first', 'second', 'between', 'first again'])
})

test('a stream is begun at once, so that it ends when its reader leaves in that very turn', async () => {
  const ended = vi.fn()
  const { fetchAPI, logger } = createYoga({ logging: false })
  let outgoing: ServerResponse | undefined
  const handleRequest = () => {
    process.nextTick(() => outgoing?.destroy())
    const stream = new fetchAPI.ReadableStream({ pull: () => new Promise(() => {}), cancel: ended })
    return new fetchAPI.Response(stream, { headers: { 'content-type': 'text/event-stream' } })
  }
  const health = {
    isFull: false,
    isFullFor: () => false,
    callsUnderWay: 0,
    breaker: 'closed',
    answers: async () => true,
  } as const
  const listener = listenerOf({
    yoga: { fetchAPI, logger, handleRequest },
    headersFor: () => [],
    endpoint: '/graphql',
    pages: {},
    observer: new Observer({
      log: pino({ enabled: false }),
      metrics: new Metrics({ health, subscriptions: () => 0 }),
      tracing: null,
    }),
    maxBodyBytes: 1000,
  })
  await using server = createServer((incoming, answer) => {
    outgoing = answer
    listener(incoming, answer)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(request(`http://127.0.0.1:${port}/graphql`)).rejects.toThrow()
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce(), waitLong)
})
