/**
 * What others wait while an answer of some ten megabytes is made: the longest that a small query took which was asked again and
 * again meanwhile. That holds the longest stop of the event loop.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { Endpoint } from '../client.ts'
import { startGateway, startUpstream } from '../processes.ts'
import { queries } from '../queries.ts'
import type { Row } from '../table.ts'

const SIZE = { networks: 2000, servers: 21_000 }
const SMALL = '{ __typename }'

export async function largeScenario({ options }: Bench): Promise<Row[]> {
  await using upstream = await startUpstream(SIZE)
  const kept: number[] = []
  const read: number[] = []
  await using shipped = await startGateway({ CLOUD_URL: upstream.url })
  await using off = await startGateway({ CLOUD_URL: upstream.url, SNAPSHOTS: 'off' })
  for (const [gateway, waits] of [
    [shipped, kept],
    [off, read],
  ] as const) {
    const endpoint = new Endpoint(gateway.url)
    // Code is compiled meanwhile, which is not what is asked for here.
    for (let i = 0; i < 3; i++) await longestWait(endpoint)
    for (let i = 0; i < options.larges; i++) waits.push(await longestWait(endpoint))
    await endpoint.close()
  }
  return [{ what: 'longest wait beside an answer of 9 MB, ms', samples: { 'as shipped': kept, 'snapshots off': read } }]
}

async function longestWait(endpoint: Endpoint): Promise<number> {
  let longest = 0
  let isAnswered = false
  const large = endpoint.count(queries['whole graph'], 'tenant-a').finally(() => {
    isAnswered = true
  })
  while (!isAnswered) {
    const asked = performance.now()
    await endpoint.count(SMALL, 'tenant-b')
    longest = Math.max(longest, performance.now() - asked)
    await sleep(2)
  }
  await large
  return longest
}
