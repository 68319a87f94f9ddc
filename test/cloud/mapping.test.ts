import { describe, expect, it } from 'vitest'
import { toNetwork, toNicsNow, toServer } from '../../src/cloud/cyclades/mapping.ts'
import type { WireNetwork, WireNic, WireServer } from '../../src/cloud/cyclades/wire.ts'

/** The examples of the documents of Cyclades 0.14. */
const wireNic: WireNic = {
  id: 'nic-310-1',
  network_id: '27',
  mac_address: 'aa:00:1a:90:3f:42',
  ipv4: '10.20.0.1',
  ipv6: null,
}
const wireNetwork: WireNetwork = {
  id: '27',
  name: 'db-tier',
  user_id: '5f0c-ada',
  tenant_id: '5f0c-ada',
  cidr: '10.20.0.0/24',
  gateway: '10.20.0.254',
  cidr6: null,
  gateway6: null,
  dhcp: true,
  type: 'MAC_FILTERED',
  public: false,
  status: 'ACTIVE',
  created: '2013-07-01T08:15:30.104220+00:00',
  updated: '2013-07-01T08:19:02.990017+00:00',
  attachments: ['nic-310-1', 'nic-311-2'],
}
const wireServer: WireServer = {
  id: 310,
  name: 'db',
  status: 'ACTIVE',
  progress: 100,
  suspended: false,
  created: '2013-07-01T08:15:30+00:00',
  updated: '2013-07-01T08:19:02.990017+00:00',
  user_id: '5f0c-ada',
  tenant_id: '5f0c-ada',
  flavor: { id: 3 },
  image: { id: '2f4a8d1c-6c1e-4c8e-9d52-0e6f3a9b7c11' },
  metadata: { OS: 'debian' },
  attachments: [wireNic],
}

const nic = {
  id: 'nic-310-1',
  index: 1,
  serverId: '310',
  networkId: '27',
  key: 'aa:00:1a:90:3f:42',
  macAddress: 'aa:00:1a:90:3f:42',
  ipv4: '10.20.0.1',
  ipv6: null,
  firewallProfile: null,
}

const asOne = 'nothing' as const
const nicOf = (more: Partial<WireNic>) =>
  toServer({ ...wireServer, attachments: [{ ...wireNic, ...more }] }).nics[0] ?? asOne
const refOf = (id: string, index: number, serverId: string) => ({ id, index, serverId, networkId: '27' })

describe('a network', () => {
  it('keeps all that it says, its times to the microsecond', () => {
    const network = toNetwork(wireNetwork)
    expect({ ...network, nicRefs: network.nicRefs }).toEqual({
      id: '27',
      name: 'db-tier',
      status: 'ACTIVE',
      public: false,
      type: 'MAC_FILTERED',
      cidr: '10.20.0.0/24',
      cidr6: null,
      gateway: '10.20.0.254',
      gateway6: null,
      dhcp: true,
      createdAt: '2013-07-01T08:15:30.104220+00:00',
      updatedAt: '2013-07-01T08:19:02.990017+00:00',
      tenantId: '5f0c-ada',
      userId: '5f0c-ada',
      nicRefs: [refOf('nic-310-1', 1, '310'), refOf('nic-311-2', 2, '311')],
    })
  })

  it('has no address where the text is empty', () => {
    const empty = { cidr: '', cidr6: '', gateway: '', gateway6: '' }
    expect(toNetwork({ ...wireNetwork, ...empty })).toMatchObject({
      cidr: null,
      cidr6: null,
      gateway: null,
      gateway6: null,
    })
  })

  it('may belong to nobody', () => {
    const nobody = { user_id: null, tenant_id: null, public: true, created: null, updated: null }
    const expected = { userId: null, tenantId: null, public: true, createdAt: null, updatedAt: null }
    expect(toNetwork({ ...wireNetwork, ...nobody })).toMatchObject(expected)
  })

  it.each(['PENDING', 'ACTIVE', 'DELETED', 'ERROR'])('is %s when the cloud says so', (status) => {
    expect(toNetwork({ ...wireNetwork, status }).status).toBe(status)
  })

  it.each(['', 'active', 'SNF:DRAINED', 'toString', 'UNKNOWN'])('is UNKNOWN at the status %j', (status) => {
    expect(toNetwork({ ...wireNetwork, status }).status).toBe('UNKNOWN')
  })

  it.each([null, '', 'mac_filtered', 'VXLAN', '__proto__'])('has no type at %j', (type) => {
    expect(toNetwork({ ...wireNetwork, type }).type).toBeNull()
  })

  it('sorts its nics by server as a number, then by index, and leaves out names of another form', () => {
    const attachments = ['nic-12-0', 'nic-9-10', 'nic-9-2', 'nic-100-0', 'port-1', 'nic-9', '', 'nic-9-x']
    const { nicRefs } = toNetwork({ ...wireNetwork, attachments })
    expect(nicRefs.map(({ id }) => id)).toEqual(['nic-9-2', 'nic-9-10', 'nic-12-0', 'nic-100-0'])
    expect(attachments[0]).toBe('nic-12-0')
  })
})

describe('a server', () => {
  it('keeps all that it says, its id as text', () => {
    expect(toServer(wireServer)).toEqual({
      id: '310',
      name: 'db',
      status: 'ACTIVE',
      progress: 100,
      suspended: false,
      createdAt: '2013-07-01T08:15:30+00:00',
      updatedAt: '2013-07-01T08:19:02.990017+00:00',
      tenantId: '5f0c-ada',
      userId: '5f0c-ada',
      flavorId: '3',
      imageId: '2f4a8d1c-6c1e-4c8e-9d52-0e6f3a9b7c11',
      metadata: { OS: 'debian' },
      nics: [nic],
    })
  })

  it('does without what other deployments leave out', () => {
    const { progress: _p, suspended: _s, flavor: _f, image: _i, metadata: _m, ...bare } = wireServer
    const expected = { progress: null, suspended: false, flavorId: null, imageId: null, metadata: {} }
    expect(toServer(bare)).toMatchObject(expected)
    expect(toServer({ ...bare, progress: null, flavor: null, image: null })).toMatchObject(expected)
    expect(toServer({ ...bare, flavor: { id: 'small' } }).flavorId).toBe('small')
  })

  it.each(['', 'active', 'SHELVED', 'constructor'])('is UNKNOWN at the status %j', (status) => {
    expect(toServer({ ...wireServer, status }).status).toBe('UNKNOWN')
  })

  it('sorts its nics by index, as numbers', () => {
    const attachments = ['nic-310-10', 'nic-310-2', 'nic-310-0'].map((id) => ({ ...wireNic, id }))
    expect(toServer({ ...wireServer, attachments }).nics.map(({ index }) => index)).toEqual([0, 2, 10])
  })
})

describe('a nic', () => {
  it('has its MAC in lower case, which is its key', () => {
    expect(nicOf({ mac_address: 'AA:00:1A:90:3F:42' })).toEqual(nic)
  })

  it('has no address where the text is empty', () => {
    expect(nicOf({ ipv4: '', ipv6: '' })).toEqual({ ...nic, ipv4: null })
    expect(nicOf({ ipv4: null, ipv6: 'fd00::a800:1aff:fe90:3f42' })).toEqual({
      ...nic,
      ipv4: null,
      ipv6: 'fd00::a800:1aff:fe90:3f42',
    })
  })

  it.each([
    ['ENABLED', 'ENABLED'],
    ['DISABLED', 'DISABLED'],
    ['PROTECTED', 'PROTECTED'],
    [null, null],
    ['', null],
    ['enabled', null],
    ['valueOf', null],
  ])('with the firewall profile %j has %j', (firewallProfile, expected) => {
    expect(nicOf({ firewallProfile })).toEqual({ ...nic, firewallProfile: expected })
  })

  it('without a MAC or of another name is none of the server', () => {
    expect([nicOf({ mac_address: null }), nicOf({ id: 'port-7' }), nicOf({ id: 'nic-310-01' })]).toEqual([
      asOne,
      asOne,
      asOne,
    ])
  })

  it('without a MAC is being built', () => {
    const nics = [
      { ...wireNic, id: 'nic-310-3', mac_address: null, ipv4: '10.20.0.3' },
      wireNic,
      { ...wireNic, id: 'nic-310-2', mac_address: null },
      { ...wireNic, id: 'other', mac_address: null },
    ]
    const building = [refOf('nic-310-2', 2, '310'), refOf('nic-310-3', 3, '310')]
    expect(toNicsNow(nics)).toEqual({ nics: [nic], building })
  })

  it('with an empty MAC has none', () => {
    expect(toNicsNow([{ ...wireNic, mac_address: '' }])).toEqual({ nics: [], building: [refOf('nic-310-1', 1, '310')] })
  })
})
