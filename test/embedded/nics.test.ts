import { describe, expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, createNetwork, disconnect, inShort, nicsOf } from './rest.ts'

/** Server 141 on network 1 and, by nics 1 and 2, on networks 3 and 4. */
async function threeNics(): Promise<EmbeddedCloud> {
  const cloud = await startEmbeddedCloud()
  for (const network of ['3', '4']) {
    await createNetwork(cloud)
    await connect(cloud, 141, network)
  }
  await cloud.jobs.settle()
  return cloud
}

const attachmentsOf = async (cloud: EmbeddedCloud, network: string): Promise<string[]> =>
  (await ask(cloud, `GET /networks/${network}`)).json.network.attachments

const macsOf = async (cloud: EmbeddedCloud, server: number): Promise<string[]> =>
  (await ask(cloud, `GET /servers/${server}`)).json.server.attachments.map(
    (nic: { mac_address: string }) => nic.mac_address,
  )

describe('a nic being connected', () => {
  it('shows in /ips alone, without a MAC, yet keeps its network from deletion', async () => {
    await using cloud = await startEmbeddedCloud()
    await createNetwork(cloud, { dhcp: true })
    await connect(cloud, 141, '3')
    const { json } = await ask(cloud, 'GET /servers/141/ips')
    expect(json.attachments[1]).toEqual({
      id: 'nic-141-1',
      network_id: '3',
      mac_address: null,
      ipv4: '192.168.1.1',
      ipv6: null,
    })
    expect(await macsOf(cloud, 141)).toHaveLength(1)
    expect(await attachmentsOf(cloud, '3')).toEqual([])
    expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(421)
    await cloud.jobs.settle()
    expect(await attachmentsOf(cloud, '3')).toEqual(['nic-141-1'])
    expect(await macsOf(cloud, 141)).toHaveLength(2)
  })

  it('may join the same network twice, of which addresses show the last', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    await createNetwork(cloud, { dhcp: true })
    await connect(cloud, 141, '3')
    await connect(cloud, '141', '3')
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n3')
    const { json } = await ask(cloud, 'GET /servers/141/ips/3')
    expect(json).toEqual({ network: { 3: [{ version: 4, addr: '192.168.1.2', 'OS-EXT-IPS:type': 'fixed' }] } })
  })

  it('stays when the job fails, with its address, until the next change rebuilds the list', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    await createNetwork(cloud, { dhcp: true })
    await createNetwork(cloud)
    cloud.jobs.failNext('connect')
    expect((await connect(cloud, 141, '3')).status).toBe(202)
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3?')
    expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(421)
    await connect(cloud, 142, '3')
    expect(cloud.db.server(142).nics[1]?.ipv4).toBe('192.168.1.2')
    await connect(cloud, 141, '4')
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n4')
    await connect(cloud, 141, '3')
    expect(cloud.db.server(141).nics[2]?.ipv4).toBe('192.168.1.1')
  })

  it('is accepted for deleted servers, whose jobs then fail without a word, and stays in their /ips', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    await createNetwork(cloud)
    cloud.db.deleteServer(142)
    expect((await connect(cloud, 142, '3')).status).toBe(202)
    expect(await nicsOf(cloud, 142)).toBe('0:n3?')
    expect((await ask(cloud, 'GET /servers/142')).json.server).toMatchObject({ status: 'DELETED', attachments: [] })
    expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(421)
  })

  it('gets an address of a /64 from its MAC', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    await createNetwork(cloud, { cidr6: 'fd00:5::/64' })
    await connect(cloud, 141, '3')
    const [, nic] = (await ask(cloud, 'GET /servers/141')).json.server.attachments
    expect(nic.ipv6).toMatch(/^fd00:5::a800:10ff:fe[0-9a-f]{2}:[0-9a-f]{1,4}$/)
    expect((await ask(cloud, 'GET /servers/141/ips/3')).json.network[3]).toHaveLength(2)
  })
})

describe('disconnecting', () => {
  it('renumbers the nics above when the job ends, not before, and keeps MACs', async () => {
    await using cloud = await threeNics()
    const [first, , third] = await macsOf(cloud, 141)
    expect((await disconnect(cloud, 'nic-141-1', '3')).status).toBe(202)
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n4')
    expect(await attachmentsOf(cloud, '3')).toEqual(['nic-141-1'])
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n4')
    expect(await attachmentsOf(cloud, '4')).toEqual(['nic-141-1'])
    expect(await macsOf(cloud, 141)).toEqual([first, third])
  })

  it('takes another nic through a stale id, without a warning', async () => {
    await using cloud = await threeNics()
    await disconnect(cloud, 'nic-141-1', '3')
    await cloud.jobs.settle()
    expect((await disconnect(cloud, 'nic-141-1', '3')).status).toBe(202)
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n1')
    expect(inShort(await disconnect(cloud, 'nic-141-1', '3'))).toBe('404 itemNotFound NIC not found on VM')
  })

  it('takes a nic through the URL of a network that it is not on, the public nic too', async () => {
    await using cloud = await threeNics()
    expect((await disconnect(cloud, 'nic-141-2', '3')).status).toBe(202)
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3')
    expect((await disconnect(cloud, 'nic-141-0', '1')).status).toBe(403)
    expect((await disconnect(cloud, 'nic-141-0', '4')).status).toBe(202)
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n3')
  })

  it('reads ids leniently: any prefix, leading zeros, further parts', async () => {
    await using cloud = await threeNics()
    expect((await disconnect(cloud, 'foo-0141-01-more', '3')).status).toBe(202)
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n4')
  })

  it('is refused while an earlier one has not ended, on this server alone', async () => {
    await using cloud = await threeNics()
    await connect(cloud, 142, '3')
    await cloud.jobs.settle()
    await disconnect(cloud, 'nic-141-1', '3')
    expect(inShort(await disconnect(cloud, 'nic-141-2', '4'))).toBe('409 buildInProgress Machine is busy.')
    expect((await disconnect(cloud, 'nic-142-1', '3')).status).toBe(202)
  })

  it('leaves the server busy when its job fails, until another nic change succeeds', async () => {
    await using cloud = await threeNics()
    cloud.jobs.failNext('disconnect')
    await disconnect(cloud, 'nic-141-1', '3')
    await cloud.jobs.settle()
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n4')
    expect((await disconnect(cloud, 'nic-141-1', '3')).status).toBe(409)
    await connect(cloud, 141, '3')
    await cloud.jobs.settle()
    expect((await disconnect(cloud, 'nic-141-3', '3')).status).toBe(202)
  })

  it('drops a nic still being built, which comes back when its own job ends', async () => {
    await using cloud = await threeNics()
    await createNetwork(cloud, { dhcp: true })
    await disconnect(cloud, 'nic-141-1', '3')
    await connect(cloud, 141, '5')
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3 2:n4 3:n5?')
    const seen: string[] = []
    const { db } = cloud
    const touch = db.touch.bind(db)
    db.touch = (row) => {
      touch(row)
      seen.push(
        db
          .server(141)
          .nics.map(({ networkId, index }) => `${index}:n${networkId}`)
          .join(' '),
      )
    }
    await cloud.jobs.settle()
    expect(seen).toContain('0:n1 1:n4')
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n4 2:n5')
  })

  it('says 415 of two nics with one index', async () => {
    await using cloud = await threeNics()
    const [, nic] = cloud.db.server(141).nics
    if (nic) cloud.db.server(141).nics.push({ ...nic, state: 'BUILDING' })
    expect(inShort(await disconnect(cloud, 'nic-141-1', '3'))).toBe('415 badMediaType NIC index conflict on VM')
  })

  it('gives the address back when the job has ended, and the lowest goes out first', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    await createNetwork(cloud, { dhcp: true, cidr: '10.9.0.0/29', gateway: '10.9.0.1' })
    for (let nic = 0; nic < 5; nic++) expect((await connect(cloud, 141, '3')).status).toBe(202)
    expect(inShort(await connect(cloud, 142, '3'))).toBe('413 overLimit Network is full')
    expect(cloud.db.server(141).nics.map(({ ipv4 }) => ipv4)).toEqual([
      '10.0.0.1',
      ...[2, 3, 4, 5, 6].map((last) => `10.9.0.${last}`),
    ])
    await disconnect(cloud, 'nic-141-2', '3')
    await connect(cloud, 142, '3')
    expect(cloud.db.server(142).nics[1]?.ipv4).toBe('10.9.0.3')
  })
})

describe('firewall profiles', () => {
  it('change when the job ends, on the nic at index 0, whichever that is', async () => {
    await using cloud = await threeNics()
    const profiles = async () =>
      (await ask(cloud, 'GET /servers/141')).json.server.attachments.map(
        (nic: { firewallProfile?: string }) => nic.firewallProfile,
      )
    expect(await profiles()).toEqual(['DISABLED', undefined, undefined])
    const json = { firewallProfile: { profile: 'PROTECTED' } }
    expect(await ask(cloud, 'POST /servers/141/action', { json })).toMatchObject({ status: 202, text: '' })
    expect(await profiles()).toEqual(['DISABLED', undefined, undefined])
    await cloud.jobs.settle()
    expect(await profiles()).toEqual(['PROTECTED', undefined, undefined])
    await disconnect(cloud, 'nic-141-0', '3')
    await cloud.jobs.settle()
    expect(await profiles()).toEqual(['PROTECTED', undefined])
  })
})
