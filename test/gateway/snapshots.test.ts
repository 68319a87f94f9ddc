import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { startGateway } from '../support/gateway.ts'

const WHOLE_GRAPH = `{ networks { nodes { name nics { nodes { nicId ipv4 server { name } } } } } }`
const LISTS = ['/networks/detail', '/servers/detail']

/** Path, whether it asks for changes only, and the status. */
const calls = ({ requests }: EmbeddedCloud) =>
  requests.map(({ path, query, status }) => [path, 'changes-since' in query, status] as const).sort()
const asked = (status: number) => LISTS.map((path) => [path, true, status])

describe('a caller’s kept lists', () => {
  it('are read once, and then the cloud is asked what has changed', async () => {
    await using gateway = await startGateway()
    const first = await gateway.run(WHOLE_GRAPH)
    expect(calls(gateway.cloud)).toEqual(LISTS.map((path) => [path, false, 200]))
    for (const row of [gateway.cloud.db.network(1), gateway.cloud.db.server(141), gateway.cloud.db.server(142)]) {
      row.updated -= 120_000_000 // not of the last minute, which is told again
    }
    for (let i = 0; i < 3; i++) {
      gateway.cloud.clearRequests()
      expect(await gateway.run(WHOLE_GRAPH)).toEqual(first)
      expect(calls(gateway.cloud)).toEqual(asked(304))
    }

    const { db } = gateway.cloud
    Object.assign(db.server(141), { name: 'renamed', updated: db.now() })
    gateway.cloud.clearRequests()
    expect(JSON.stringify(await gateway.run(WHOLE_GRAPH))).toContain('renamed')
    expect(calls(gateway.cloud)).toEqual([
      ['/networks/detail', true, 304],
      ['/servers/detail', true, 200],
    ])
  })

  it('answer for single things, in two calls instead of many', async () => {
    await using gateway = await startGateway()
    await gateway.run(WHOLE_GRAPH)
    gateway.cloud.clearRequests()
    const { data } = await gateway.run(
      '{ network(id: "1") { name nics { nodes { nicId server { name } } } } none: network(id: "99") { name } }',
    )
    expect(data).toEqual({
      network: {
        name: 'public_network',
        nics: {
          nodes: [
            { nicId: 'nic-141-0', server: { name: 'web server' } },
            { nicId: 'nic-142-0', server: { name: 'database server' } },
          ],
        },
      },
      none: null,
    })
    expect(gateway.cloud.requests.map(({ path }) => path).sort()).toEqual(LISTS)
  })

  it('show what has left the caller’s view until they are read whole again, and no longer', async () => {
    await using gateway = await startGateway({ wholeReadMs: 1 })
    const { db } = gateway.cloud
    const shown = async () => {
      const { data } = await gateway.run<{ servers: { nodes: { serverId: string }[] } }, object>(
        '{ servers { nodes { serverId } } }',
      )
      return data?.servers.nodes.map(({ serverId }) => serverId)
    }
    expect(await shown()).toEqual(['141', '142'])
    // As an administrator of Synnefo does, who moves no mark.
    db.giveServer(142, 'user-other')
    await expect.poll(shown).toEqual(['141'])
  })

  it('tell an outage as what it is, and go on after it', async () => {
    await using gateway = await startGateway()
    const first = await gateway.run(WHOLE_GRAPH)
    gateway.cloud.failNext('GET /networks/detail', htmlAnswer())
    const { data, errors } = await gateway.run(WHOLE_GRAPH)
    expect([data, errors?.[0]?.extensions?.code]).toEqual([{ networks: null }, 'CLOUD_UNAVAILABLE'])
    expect(await gateway.run(WHOLE_GRAPH)).toEqual(first)
  })

  it('are none of a token that the cloud takes no more', async () => {
    await using gateway = await startGateway()
    await gateway.run(WHOLE_GRAPH)
    const { data, errors } = await gateway.run(WHOLE_GRAPH, {}, { headers: { 'x-auth-token': 'revoked' } })
    expect([data, errors?.[0]?.extensions?.code]).toEqual([{ networks: null }, 'UNAUTHENTICATED'])
  })

  it('are not kept when switched off', async () => {
    await using gateway = await startGateway({ snapshots: false })
    for (let i = 0; i < 2; i++) {
      gateway.cloud.clearRequests()
      await gateway.run(WHOLE_GRAPH)
      expect(calls(gateway.cloud)).toEqual(LISTS.map((path) => [path, false, 200]))
    }
  })
})

describe('the room for kept lists', () => {
  it('goes to those that were asked for last', async () => {
    const seed = { networks: 200, servers: 400 }
    await using gateway = await startGateway({ snapshotBytes: 1_000_000, cloud: { seed, openTenants: true } })
    const isKept = async (token: string) => {
      gateway.cloud.clearRequests()
      await gateway.run('{ servers { totalCount nodes { name } } }', {}, { headers: { 'x-auth-token': token } })
      return 'changes-since' in (gateway.cloud.requests[0]?.query ?? {})
    }
    // Each takes some 700 kB, so that there is room for one.
    expect([await isKept('one'), await isKept('one')]).toEqual([false, true])
    expect([await isKept('two'), await isKept('two')]).toEqual([false, true])
    expect([await isKept('one'), await isKept('two')]).toEqual([false, false])
  })
})
