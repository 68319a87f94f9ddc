import { parse } from 'graphql'
import { expect, it, vi } from 'vitest'
import { jsonAnswer } from '../../src/embedded/failures.ts'
import { startGateway } from '../support/gateway.ts'
import { createExecutors } from '../support/plans.ts'

const SEED = { networks: 600, servers: 4000, nicsPerServer: 3 }
const wholeGraph =
  '{ networks { nodes { name nics { totalCount nodes { nicId ipv4 server { serverId name } } } } } servers { nodes { name } } }'

it("answers a graph of thousands, read, executed and written in parts, as graphql's own executor does", async () => {
  await using gateway = await startGateway({ cloud: { seed: SEED } })
  await using executors = createExecutors(gateway.cloud)
  const expected = await executors.byGraphql(parse(wholeGraph))({})
  expect(JSON.stringify(expected).length).toBeGreaterThan(800_000)
  const parsed = vi.spyOn(JSON, 'parse')
  // From the cloud, from kept lists, from a kept answer.
  for (const time of [1, 2, 3, 4]) {
    expect(JSON.stringify(await gateway.run(wholeGraph))).toBe(JSON.stringify(expected))
    // The client's: what has been written is looked at by nobody on its way, as that would take long.
    expect(parsed.mock.calls.filter(([text]) => text.startsWith('{"data"'))).toHaveLength(time)
  }
  parsed.mockRestore()
})

it('says in which row of a long list the cloud makes no sense', async () => {
  await using gateway = await startGateway({ cloud: { seed: SEED } })
  const servers = await rowsOf(gateway.cloud)
  expect(JSON.stringify(servers).length).toBeGreaterThan(4 * 2 ** 20) // it is cut
  gateway.cloud.failNext(
    'GET /servers/detail',
    jsonAnswer({ servers: servers.map((row, at) => (at === 2345 ? { ...row, name: 5 } : row)) }),
  )
  const { data, errors } = await gateway.run('{ servers { totalCount } }')
  expect([data, errors?.[0]?.message]).toEqual([
    { servers: null },
    'The cloud sent an answer that makes no sense: /servers/2345/name must be string.',
  ])
})

async function rowsOf({ url, token }: { url: string; token: string }): Promise<object[]> {
  const answer = await fetch(`${url}/servers/detail`, { headers: { 'x-auth-token': token } })
  return ((await answer.json()) as { servers: object[] }).servers
}
