import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { hang, htmlAnswer } from '../../src/embedded/failures.ts'
import { type GatewayOptions, startGateway } from '../support/gateway.ts'
import { installed } from '../support/target.ts'
import { waitLong } from '../support/wait.ts'

/** All 14 servers are on the public network, and are read one by one: 13 calls more than a kept list would have cost. */
const seed = { networks: 5, servers: 14 }
const FAN = '{ network(id: "1") { nics { nodes { ipv4 server { name } } } } }'
const serverPaths = Array.from({ length: 14 }, (_, i) => `/servers/${i + 1}`).toSorted()
const LIST = '/servers/detail'
/** As one that was never read is taken to cost 50 calls. */
const FANS_A_LIST = 4

const SIX_MINUTES = 6 * 60_000

const start = (options: GatewayOptions = {}) => startGateway({ ...options, cloud: { openTenants: true, seed } })

const pathsOf = ({ requests }: EmbeddedCloud) => requests.map(({ path }) => path)
const listsRead = ({ requests }: EmbeddedCloud) =>
  requests.filter(({ path }) => path === LIST).map(({ query }) => ('changes-since' in query ? 'changes' : 'whole'))
/** It is read by itself, once the answers are there. */
async function expectWholeListRead(cloud: EmbeddedCloud) {
  await cloud.calls.arrived(`GET ${LIST}`)
  expect(listsRead(cloud)).toEqual(['whole'])
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('who asks for single things of a list, again and again', () => {
  it('has the list read when that has cost as much, and is made to wait for nothing', async () => {
    await using gateway = await start()
    const first = await gateway.run(FAN)
    expect(pathsOf(gateway.cloud).toSorted()).toEqual(['/networks/1', ...serverPaths])
    for (let i = 2; i < FANS_A_LIST; i++) await gateway.run(FAN)
    expect(listsRead(gateway.cloud)).toEqual([])

    // The list never comes, and the answer does.
    gateway.cloud.failNext(`GET ${LIST}`, hang())
    expect(await gateway.run(FAN)).toEqual(first)
    await expectWholeListRead(gateway.cloud)
    gateway.cloud.clearRequests()
    expect(await gateway.run(FAN)).toEqual(first)
    expect(pathsOf(gateway.cloud).toSorted()).toEqual(['/networks/1', ...serverPaths])
  })

  it('is answered from it from then on', async () => {
    await using gateway = await start()
    const first = await gateway.run(FAN)
    for (let i = 1; i < FANS_A_LIST; i++) await gateway.run(FAN)
    await expectWholeListRead(gateway.cloud)
    await vi.waitFor(async () => {
      gateway.cloud.clearRequests()
      expect(await gateway.run(FAN)).toEqual(first)
      expect(pathsOf(gateway.cloud).sort()).toEqual(['/networks/1', LIST])
    }, waitLong)
    expect(listsRead(gateway.cloud)).toEqual(['changes'])

    const { db } = gateway.cloud
    Object.assign(db.server(1), { name: 'renamed', updated: db.now() })
    expect(JSON.stringify(await gateway.run(FAN))).toContain('renamed')
  })

  it('has no list read for one thing at a time, however often', async () => {
    await using gateway = await start()
    for (let i = 0; i < 120; i++) await gateway.run('{ server(id: "1") { name } network(id: "2") { name } }')
    expect(pathsOf(gateway.cloud).filter((path) => path.endsWith('/detail'))).toEqual([])
  })

  it('has no list read where nothing is kept', async () => {
    await using gateway = await start({ snapshots: false })
    for (let i = 0; i < 3 * FANS_A_LIST; i++) await gateway.run(FAN)
    expect(listsRead(gateway.cloud)).toEqual([])
  })

  it('is not harmed where the list is not to be had, and it is asked for half as often then', async () => {
    await using gateway = await start()
    const first = await gateway.run(FAN)
    gateway.cloud.failNext(`GET ${LIST}`, htmlAnswer(), 100)
    for (let i = 1; i < FANS_A_LIST; i++) expect(await gateway.run(FAN)).toEqual(first)
    await expectWholeListRead(gateway.cloud)
    gateway.cloud.clearRequests()
    for (let i = 1; i < 2 * FANS_A_LIST; i++) expect(await gateway.run(FAN)).toEqual(first)
    expect(listsRead(gateway.cloud)).toEqual([])
    expect(await gateway.run(FAN)).toEqual(first)
    await expectWholeListRead(gateway.cloud)
  })

  // Less room than the setting lets anybody have.
  it.skipIf(installed)('has it read ahead but once where there is no room to keep it', async () => {
    await using gateway = await start({ snapshotBytes: 5000 })
    for (let i = 0; i < FANS_A_LIST; i++) await gateway.run(FAN)
    await expectWholeListRead(gateway.cloud)
    for (let i = 0; i < 3 * FANS_A_LIST; i++) await gateway.run(FAN)
    expect(listsRead(gateway.cloud)).toEqual(['whole'])
  })
})

describe('who asks for more things at once than are worth a call each', () => {
  it('has the list read instead, and it is kept', async () => {
    await using gateway = await startGateway({ cloud: { seed: { networks: 5, servers: 17 } } })
    const first = await gateway.run(FAN)
    expect(pathsOf(gateway.cloud)).toEqual(['/networks/1', LIST])
    expect(await gateway.run(FAN)).toEqual(first)
    expect(listsRead(gateway.cloud)).toEqual(['whole', 'changes'])
  })
})

describe('a list that has been kept for so long that it is due to be read whole', () => {
  // The clock is this process's.
  it.skipIf(installed)('is not read for a few things', async () => {
    await using gateway = await start()
    await gateway.run('{ servers { nodes { name } } }')
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + SIX_MINUTES)
    gateway.cloud.clearRequests()
    await gateway.run('{ server(id: "1") { name } }')
    expect(pathsOf(gateway.cloud)).toEqual(['/servers/1'])
    gateway.cloud.clearRequests()
    await gateway.run('{ servers { nodes { name } } }')
    expect(listsRead(gateway.cloud)).toEqual(['whole'])
  })
})
