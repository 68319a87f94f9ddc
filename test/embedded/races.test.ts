/** What happens to things that change at the same moment (Cyclades REST 11). */
import { describe, expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, createNetwork, disconnect, inShort, nicsOf } from './rest.ts'

/** Server 141 with a nic on each of networks 3, 4, ... besides its public one. */
async function startWithNics(count: number): Promise<EmbeddedCloud> {
  const cloud = await startEmbeddedCloud()
  for (let n = 0; n < count; n++) {
    const id = await createNetwork(cloud)
    cloud.db.connect(141, id)
  }
  return cloud
}

const busy = '409 buildInProgress Machine is busy.'

describe('removals of one moment', () => {
  it('get past the busy check where a test says so, and take other nics then', async () => {
    await using cloud = await startWithNics(6)
    cloud.db.server(141).removalsUnchecked = 2
    const outcomes = []
    // Of six that came at once Synnefo accepted three, and the nics of the old indexes 1, 3 and 4 went.
    for (const index of [3, 1, 2, 4, 5, 6]) outcomes.push(inShort(await disconnect(cloud, `nic-141-${index}`, '3')))
    expect(outcomes).toEqual(['202', '202', '202', busy, busy, busy])
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n4 2:n7 3:n8')
  })

  it('are refused but for the first otherwise', async () => {
    await using cloud = await startWithNics(6)
    const all = [1, 2, 3, 4, 5, 6].map((index) => disconnect(cloud, `nic-141-${index}`, '3'))
    const outcomes = (await Promise.all(all)).map(inShort)
    expect(outcomes.filter((outcome) => outcome === '202')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === busy)).toHaveLength(5)
  })

  it('leave the nic that was named for good where another went instead', async () => {
    await using cloud = await startWithNics(3)
    cloud.db.server(141).removalsUnchecked = 1
    await disconnect(cloud, 'nic-141-1', '3')
    expect((await disconnect(cloud, 'nic-141-2', '4')).status).toBe(202)
    await cloud.jobs.settle()
    expect(cloud.jobs.pending).toBe(0)
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n4')
    expect((await disconnect(cloud, 'nic-141-1', '4')).status).toBe(202)
  })
})

describe('a connect to a network that is being deleted', () => {
  /** Network 3, known to the hypervisors, with its deletion accepted. */
  async function deleting(): Promise<EmbeddedCloud> {
    const cloud = await startEmbeddedCloud()
    await createNetwork(cloud)
    cloud.db.connect(142, 3)
    cloud.db.deleteServer(142)
    cloud.jobs.hold()
    expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(204)
    return cloud
  }
  const statusOf = async (cloud: EmbeddedCloud) => (await ask(cloud, 'GET /networks/3')).json.network.status

  it('is accepted; the network goes, and the nic is being built for good', async () => {
    await using cloud = await deleting()
    expect((await connect(cloud, 141, '3')).status).toBe(202)
    await cloud.jobs.settle()
    expect([await statusOf(cloud), await nicsOf(cloud, 141)]).toEqual(['DELETED', '0:n1 1:n3?'])
    expect(inShort(await ask(cloud, 'DELETE /networks/3'))).toBe('400 badRequest Network has been deleted.')
  })

  it('keeps the network where it is done before the deletion is carried out', async () => {
    await using cloud = await deleting()
    cloud.db.connect(141, 3)
    await cloud.jobs.settle()
    expect([await statusOf(cloud), await nicsOf(cloud, 141)]).toEqual(['ACTIVE', '0:n1 1:n3'])
  })
})

describe('the first connect to a network', () => {
  it('takes three jobs one after another, the next one only its own', async () => {
    await using cloud = await startEmbeddedCloud()
    await createNetwork(cloud)
    cloud.jobs.hold()
    await connect(cloud, 141, '3')
    expect(cloud.jobs.pending).toBe(3)
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3')
    await connect(cloud, 142, '3')
    expect(cloud.jobs.pending).toBe(1)
  })

  it('takes them too while another such connect has not ended', async () => {
    await using cloud = await startEmbeddedCloud()
    await createNetwork(cloud)
    cloud.jobs.hold()
    for (const server of [141, 142]) await connect(cloud, server, '3')
    expect(cloud.jobs.pending).toBe(6)
    await cloud.jobs.settle()
    expect([await nicsOf(cloud, 141), await nicsOf(cloud, 142)]).toEqual(['0:n1 1:n3', '0:n1 1:n3'])
  })

  it.each(['createNetwork', 'connectNetwork'] as const)(
    'fails with its %s, and the next one tries again',
    async (kind) => {
      await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
      await createNetwork(cloud)
      cloud.jobs.failNext(kind)
      await connect(cloud, 141, '3')
      expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3?')
      await connect(cloud, 142, '3')
      expect(await nicsOf(cloud, 142)).toBe('0:n1 1:n3')
    },
  )
})
