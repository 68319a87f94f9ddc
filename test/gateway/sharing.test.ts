import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { untilInFlight } from '../support/metrics.ts'

const NAMES = '{ networks { nodes { name } } }'
const LIST = 'GET /networks/detail'
const TENANTS = { tokens: { mine: 'user', 'mine-too': 'user', theirs: 'other' } }

const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`)
const as = (token: string) => ({ headers: { 'x-auth-token': token } })
const rename = (name: string) => `mutation { renameNetwork(input: { networkId: "3", name: "${name}" }) { __typename } }`

async function withNetwork(options: Parameters<typeof startGateway>[0] = {}): Promise<TestGateway> {
  const gateway = await startGateway({ ...options, cloud: { ...TENANTS, ...options.cloud } })
  gateway.cloud.db.addNetwork({ ownerId: 'user', name: 'before' })
  return gateway
}

const named = (...names: string[]) => ({
  data: { networks: { nodes: ['public_network', ...names].map((name) => ({ name })) } },
})

describe('requests of one token at the same time', () => {
  it('share one read, with or without snapshots, and no other token does', async () => {
    for (const snapshots of [true, false]) {
      await using gateway = await withNetwork({ snapshots })
      gateway.cloud.calls.hold(LIST)
      const mine = Array.from({ length: 10 }, () => gateway.run(NAMES, {}, as('mine')))
      const mineToo = gateway.run(NAMES, {}, as('mine-too'))
      const theirs = gateway.run(NAMES, {}, as('theirs'))
      await untilInFlight(gateway, 12)
      gateway.cloud.calls.release()
      for (const answer of await Promise.all([...mine, mineToo])) expect(answer).toEqual(named('before'))
      expect(await theirs).toEqual(named())
      expect(calls(gateway.cloud)).toEqual(Array(3).fill(LIST))
    }
  })

  it('share the reads of things too', async () => {
    await using gateway = await withNetwork()
    gateway.cloud.calls.hold('*')
    const query = '{ network(id: "1") { nics { nodes { ipv4 } } } }'
    const asked = Array.from({ length: 5 }, () => gateway.run(query))
    await untilInFlight(gateway, 5)
    gateway.cloud.calls.release()
    const answers = await Promise.all(asked)
    expect(answers).toEqual(Array(5).fill(answers[0]))
    expect(calls(gateway.cloud)).toEqual(['GET /networks/1', 'GET /servers/141', 'GET /servers/142'])
  })

  it('are not harmed by the first one leaving', async () => {
    await using gateway = await withNetwork()
    gateway.cloud.calls.hold(LIST)
    const leaving = new AbortController()
    const first = gateway.run(NAMES, {}, { signal: leaving.signal })
    await gateway.cloud.calls.arrived(LIST)
    const second = gateway.run(NAMES)
    await untilInFlight(gateway, 2)
    leaving.abort()
    await expect(first).rejects.toThrow()
    await untilInFlight(gateway, 1)
    gateway.cloud.calls.release()
    expect(await second).toEqual(named('before'))
    expect(calls(gateway.cloud)).toEqual([LIST])
  })

  it('give the read up when all have left, and who comes then begins another', async () => {
    await using gateway = await withNetwork()
    gateway.cloud.calls.hold(LIST, { times: 1 })
    const leaving = new AbortController()
    const all = [1, 2, 3].map(() => gateway.run(NAMES, {}, { signal: leaving.signal }))
    await untilInFlight(gateway, 3)
    leaving.abort()
    for (const one of all) await expect(one).rejects.toThrow()
    await gateway.cloud.calls.ended(LIST)
    expect(await gateway.run(NAMES)).toEqual(named('before'))
  })

  it('are all told of a failure, which is not kept', async () => {
    await using gateway = await withNetwork()
    gateway.cloud.failNext(LIST, htmlAnswer())
    gateway.cloud.calls.hold(LIST)
    const asked = [gateway.run(NAMES), gateway.run(NAMES)]
    await untilInFlight(gateway, 2)
    gateway.cloud.calls.release()
    for (const { errors } of await Promise.all(asked)) expect(errors?.[0]?.extensions?.code).toBe('CLOUD_UNAVAILABLE')
    expect(await gateway.run(NAMES)).toEqual(named('before'))
  })

  it('join no read that began before a write of theirs ended', async () => {
    for (const snapshots of [true, false]) {
      await using gateway = await withNetwork({ snapshots })
      // The cloud has answered before the write, and the answer is long on its way.
      gateway.cloud.calls.hold(LIST, { times: 1, carriedOut: true })
      const before = gateway.run(NAMES)
      await gateway.cloud.calls.arrived(LIST)
      expect((await gateway.run(rename('after'))).data).toEqual({
        renameNetwork: { __typename: 'RenameNetworkSuccess' },
      })
      expect(await gateway.run(NAMES)).toEqual(named('after'))
      gateway.cloud.calls.release()
      expect(await before).toEqual(named('before'))
      if (!snapshots) expect(await gateway.run(NAMES)).toEqual(named('after'))
    }
  })
})

describe('a kept answer', () => {
  it('is given again while the lists are the same, and not when anything else went into it', async () => {
    await using gateway = await withNetwork({ cloud: { jobDelayMs: 60_000 } })
    const query = '{ networks { nodes { networkId deletionBlockers { __typename } } } }'
    const free = { networkId: '3', deletionBlockers: [] }
    for (let i = 0; i < 4; i++) {
      expect((await gateway.run(query)).data).toMatchObject({ networks: { nodes: [{ networkId: '1' }, free] } })
    }
    await gateway.run(`mutation { connectServer(input: {
      serverId: "141", networkId: "3", waitUntil: ACCEPTED }) { __typename } }`)
    expect((await gateway.run(query)).data).toMatchObject({
      networks: { nodes: [{}, { networkId: '3', deletionBlockers: [{ __typename: 'BusyError' }] }] },
    })
  })

  it('is that of its own query and variables', async () => {
    await using gateway = await withNetwork()
    const text =
      'query ($first: Int, $public: Boolean!) { networks(first: $first) { nodes { name public @include(if: $public) } } }'
    for (let i = 0; i < 4; i++) {
      expect(await gateway.run(text, { first: 1, public: false })).toEqual(named())
      expect(await gateway.run(text, { first: 2, public: false })).toEqual(named('before'))
      expect(await gateway.run(text, { first: 1, public: true })).toEqual({
        data: { networks: { nodes: [{ name: 'public_network', public: true }] } },
      })
      expect(await gateway.run('{ networks { nodes { name } } }')).toEqual(named('before'))
      expect(await gateway.run('{ networks { nodes { n: name } } }')).toMatchObject({
        data: { networks: { nodes: [{ n: 'public_network' }, { n: 'before' }] } },
      })
    }
  })

  it('is no other token’s', async () => {
    await using gateway = await withNetwork()
    for (let i = 0; i < 4; i++) {
      expect(await gateway.run(NAMES, {}, as('mine'))).toEqual(named('before'))
      expect(await gateway.run(NAMES, {}, as('theirs'))).toEqual(named())
    }
  })
})
