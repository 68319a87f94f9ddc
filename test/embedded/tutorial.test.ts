import { describe, expect, it } from 'vitest'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, connect, disconnect, inShort, nicsOf } from './rest.ts'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/
const privateMac = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}0(:[0-9a-f]{2}){3}$`))

describe('the tutorial, as raw REST', () => {
  it('goes through all of its steps with the answers of Cyclades', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    const links = (path: string) => ['self', 'bookmark'].map((rel) => ({ rel, href: `${cloud.url}/${path}` }))
    const addresses = (addr: string | null) => [{ version: 4, addr, 'OS-EXT-IPS:type': 'fixed' }]
    const publicNic = (server: number, ipv4: string, mac_address: string) => ({
      id: `nic-${server}-0`,
      network_id: '1',
      mac_address,
      ipv4,
      ipv6: null,
      firewallProfile: 'DISABLED',
    })

    // 1
    const nic141 = publicNic(141, '10.0.0.1', 'aa:00:00:23:0d:59')
    const nic142 = publicNic(142, '10.0.0.3', 'aa:00:00:70:21:65')
    const first = await ask(cloud, 'GET /servers/141/ips')
    expect(first.json).toEqual({ attachments: [nic141], addresses: { 1: addresses('10.0.0.1') } })
    const second = await ask(cloud, 'GET /servers/142/ips')
    expect(second.json).toEqual({ attachments: [nic142], addresses: { 1: addresses('10.0.0.3') } })
    // 2
    const list = await ask(cloud, 'GET /networks')
    expect(list.json).toEqual({ networks: [{ id: '1', name: 'public_network', links: links('networks/1') }] })
    // 3, 4
    const names = { 3: 'My Private Net', 4: 'For virtual server 141', 5: 'For virtual server 142' }
    const network = (id: number, name: string, attachments: string[]) => ({
      id: String(id),
      name,
      type: 'MAC_FILTERED',
      status: 'ACTIVE',
      public: false,
      user_id: 'user-tutorial',
      tenant_id: 'user-tutorial',
      cidr: `192.168.${id - 2}.0/24`,
      gateway: null,
      cidr6: null,
      gateway6: null,
      dhcp: false,
      created: expect.stringMatching(TIME),
      updated: expect.stringMatching(TIME),
      attachments,
      links: links(`networks/${id}`),
    })
    for (const [id, name] of Object.entries(names)) {
      const made = await ask(cloud, 'POST /networks', {
        json: { network: { name, type: 'MAC_FILTERED', dhcp: false } },
      })
      expect(made.status).toBe(202)
      expect(made.json).toEqual({ network: network(Number(id), name, []) })
    }
    // 5
    expect(await connect(cloud, 141, '4')).toMatchObject({ status: 202, text: '' })
    expect(await connect(cloud, 142, '5')).toMatchObject({ status: 202, text: '' })
    // 6
    const publicRow = {
      ...network(1, 'public_network', ['nic-141-0', 'nic-142-0']),
      type: 'CUSTOM',
      public: true,
      user_id: null,
      tenant_id: null,
      cidr: '10.0.0.0/24',
      gateway: '10.0.0.254',
      dhcp: true,
    }
    const detail = await ask(cloud, 'GET /networks/detail')
    expect(detail.json).toEqual({
      networks: [
        publicRow,
        network(3, names[3], []),
        network(4, names[4], ['nic-141-1']),
        network(5, names[5], ['nic-142-1']),
      ],
    })
    // 7
    expect((await connect(cloud, 141, '3')).status).toBe(202)
    expect((await connect(cloud, 142, '3')).status).toBe(202)
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n4 2:n3')
    expect(await nicsOf(cloud, 142)).toBe('0:n1 1:n5 2:n3')
    // 8
    const info = await ask(cloud, 'GET /networks/3')
    expect(info.json).toEqual({ network: network(3, names[3], ['nic-141-2', 'nic-142-2']) })
    expect(info.json.network.updated > detail.json.networks[1].updated).toBe(true)
    // 9, 10
    expect(inShort(await ask(cloud, 'DELETE /networks/1'))).toBe('403 forbidden Can not delete the public network.')
    const used = await ask(cloud, 'DELETE /networks/4')
    expect(inShort(used)).toBe('421 networkInUse Machines are connected to network.')
    expect(used.reason).toBe('UNKNOWN STATUS CODE')
    // 11, 12
    expect((await disconnect(cloud, 'nic-141-1', '4')).status).toBe(202)
    expect(await nicsOf(cloud, 141)).toBe('0:n1 1:n3')
    expect(await ask(cloud, 'DELETE /networks/4')).toMatchObject({ status: 204, text: '' })
    expect((await ask(cloud, 'GET /networks/4')).json.network.status).toBe('DELETED')
    // 13, 14
    expect((await disconnect(cloud, 'nic-142-2', '3')).status).toBe(202)
    expect(await nicsOf(cloud, 142)).toBe('0:n1 1:n5')
    expect(inShort(await disconnect(cloud, 'nic-141-2', '3'))).toBe('404 itemNotFound NIC not found on VM')
    // 15
    const left = await ask(cloud, 'GET /servers/141/ips')
    const privateNic = { id: 'nic-141-1', network_id: '3', mac_address: privateMac('aa:00:1'), ipv4: null, ipv6: null }
    expect(left.json.attachments).toEqual([nic141, privateNic])
    expect(left.json.addresses).toEqual({ 1: addresses('10.0.0.1'), 3: addresses(null) })
    // 16 to 18
    expect((await disconnect(cloud, 'nic-141-1', '3')).status).toBe(202)
    expect(await nicsOf(cloud, 141)).toBe('0:n1')
    expect((await ask(cloud, 'GET /networks/3')).json).toEqual({ network: network(3, names[3], []) })
    expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(204)
    const end = await ask(cloud, 'GET /networks')
    expect(end.json.networks.map(({ id }: { id: string }) => id)).toEqual(['1', '5'])
    expect(await nicsOf(cloud, 142)).toBe('0:n1 1:n5')
  })

  it('answers 421 to the delete that comes before the removal has ended', async () => {
    await using cloud = await startEmbeddedCloud()
    const json = { network: { name: 'net', type: 'MAC_FILTERED' } }
    await ask(cloud, 'POST /networks', { json })
    await connect(cloud, 141, '3')
    await cloud.jobs.settle()
    await disconnect(cloud, 'nic-141-1', '3')
    expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(421)
    await cloud.jobs.settle()
    expect((await ask(cloud, 'DELETE /networks/3')).status).toBe(204)
    expect((await ask(cloud, 'GET /networks/3')).json.network.status).toBe('ACTIVE')
    await cloud.jobs.settle()
    expect((await ask(cloud, 'GET /networks/3')).json.network.status).toBe('DELETED')
  })

  it('gives the same MACs in two runs', async () => {
    const macs: string[] = []
    for (let run = 0; run < 2; run++) {
      await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
      await ask(cloud, 'POST /networks', { json: { network: { name: 'net', type: 'MAC_FILTERED' } } })
      await connect(cloud, 141, '3')
      macs.push((await ask(cloud, 'GET /servers/141/ips')).json.attachments[1].mac_address)
    }
    expect(macs[0]).toMatch(/^aa:00:10:/)
    expect(macs[0]).toBe(macs[1])
  })
})
