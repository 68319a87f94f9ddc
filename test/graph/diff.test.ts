import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Network, Nic, Server } from '../../src/cloud/model.ts'
import { type Difference, differences, type Snapshot } from '../../src/graph/diff.ts'

const network = (id: string, more: Partial<Network> = {}): Network => ({
  id,
  name: `network ${id}`,
  status: 'ACTIVE',
  public: false,
  type: 'MAC_FILTERED',
  cidr: '192.168.1.0/24',
  cidr6: null,
  gateway: null,
  gateway6: null,
  dhcp: false,
  createdAt: null,
  updatedAt: null,
  tenantId: 'user',
  userId: 'user',
  nicRefs: [],
  ...more,
})

/** `keys` are its nics, in index order, each with the network it is on: `a@4`. */
const server = (id: string, keys: readonly string[] = [], more: Partial<Server> = {}): Server => ({
  id,
  name: `server ${id}`,
  status: 'ACTIVE',
  progress: 100,
  suspended: false,
  createdAt: null,
  updatedAt: null,
  tenantId: 'user',
  userId: 'user',
  flavorId: '1',
  imageId: 'image',
  metadata: {},
  nics: keys.map((key, index) => nic(id, key, index)),
  ...more,
})

const nic = (serverId: string, key: string, index: number): Nic => ({
  id: `nic-${serverId}-${index}`,
  index,
  serverId,
  networkId: key.split('@')[1] ?? '',
  key,
  macAddress: key,
  ipv4: null,
  ipv6: null,
  firewallProfile: null,
})

const snapshot = (networks: readonly Network[], servers: readonly Server[] = []): Snapshot => ({
  networks: new Map(networks.map((thing) => [thing.id, thing])),
  servers: new Map(servers.map((thing) => [thing.id, thing])),
})

/** Each in a few words. */
const told = (before: Snapshot, after: Snapshot) => differences(before, after).map(inWords)

function inWords(difference: Difference): string {
  if (difference.kind === 'NicRenamed') return `NicRenamed ${difference.nic.key} ${difference.from} ${difference.to}`
  if ('nic' in difference) return `${difference.kind} ${difference.nic.key} ${difference.nic.id}`
  if ('network' in difference) return `${difference.kind} ${difference.network.id}`
  if ('server' in difference) return `${difference.kind} ${difference.server.id}`
  return `${difference.kind} ${'networkId' in difference ? difference.networkId : difference.serverId}`
}

describe('two moments', () => {
  it('that show the same differ in nothing', () => {
    const make = () => snapshot([network('4')], [server('9', ['a@4'])])
    expect(told(make(), make())).toEqual([])
    expect(told(snapshot([]), snapshot([]))).toEqual([])
  })

  it('differ in what has come, then in what has gone, by id', () => {
    const few = snapshot([], [])
    const many = snapshot([network('10'), network('9')], [server('100', ['a@9', 'b@10']), server('20')])
    expect(told(few, many)).toEqual([
      'NetworkCreated 9',
      'NetworkCreated 10',
      'ServerCreated 20',
      'ServerCreated 100',
      'NicConnected a@9 nic-100-0',
      'NicConnected b@10 nic-100-1',
    ])
    expect(told(many, few)).toEqual([
      'NicDisconnected a@9 nic-100-0',
      'NicDisconnected b@10 nic-100-1',
      'NetworkDeleted 9',
      'NetworkDeleted 10',
      'ServerDeleted 20',
      'ServerDeleted 100',
    ])
  })

  it('differ in the names that a removal moves, lowest first, before a new nic takes one', () => {
    const before = snapshot([network('4')], [server('9', ['a@4', 'b@4', 'c@4'])])
    const after = snapshot([network('4')], [server('9', ['b@4', 'c@4', 'd@4'])])
    expect(told(before, after)).toEqual([
      'NicDisconnected a@4 nic-9-0',
      'NicRenamed b@4 nic-9-1 nic-9-0',
      'NicRenamed c@4 nic-9-2 nic-9-1',
      'NicConnected d@4 nic-9-2',
    ])
  })

  it.each<[what: string, change: Partial<Network>, expected: string[]]>([
    ['updatedAt', { updatedAt: '2013-07-01T08:15:30+00:00' }, []],
    ['nicRefs', { nicRefs: [{ id: 'nic-9-0', index: 0, serverId: '9', networkId: '4' }] }, []],
    ['name', { name: 'x' }, ['NetworkUpdated 4']],
    ['status', { status: 'PENDING' }, ['NetworkUpdated 4']],
    ['gateway', { gateway: '192.168.1.1' }, ['NetworkUpdated 4']],
  ])('differ in a network whose %s is another: %j', (_what, change, expected) => {
    expect(told(snapshot([network('4')]), snapshot([network('4', change)]))).toEqual(expected)
  })

  it.each<[what: string, now: Server, expected: string[]]>([
    ['updatedAt', server('9', ['a@4'], { updatedAt: '2013-07-01T08:15:30+00:00' }), []],
    ['name', server('9', ['a@4'], { name: 'x' }), ['ServerUpdated 9']],
    ['progress', server('9', ['a@4'], { progress: 50 }), ['ServerUpdated 9']],
    ['metadata', server('9', ['a@4'], { metadata: { role: 'web' } }), ['ServerUpdated 9']],
    ['nics, one more', server('9', ['a@4', 'b@4']), ['NicConnected b@4 nic-9-1']],
    ['nics, none left', server('9'), ['NicDisconnected a@4 nic-9-0']],
    [
      'nics, of another address',
      server('9', [], { nics: [{ ...nic('9', 'a@4', 0), ipv4: '10.0.0.1' }] }),
      ['ServerUpdated 9'],
    ],
    [
      'nics, of another firewall',
      server('9', [], { nics: [{ ...nic('9', 'a@4', 0), firewallProfile: 'ENABLED' }] }),
      ['ServerUpdated 9'],
    ],
    [
      'nics and name',
      server('9', ['b@4'], { name: 'x' }),
      ['NicDisconnected a@4 nic-9-0', 'NicConnected b@4 nic-9-0', 'ServerUpdated 9'],
    ],
  ])('differ in a server with other %s', (_what, now, expected) => {
    const networks = [network('4')]
    expect(told(snapshot(networks, [server('9', ['a@4'])]), snapshot(networks, [now]))).toEqual(expected)
  })
})

/** What a reader of events knows. Every step must make sense to it. */
class Reader {
  readonly networks: Map<string, string>
  readonly servers: Map<string, string>
  readonly nics: Map<string, string>
  readonly #ends: Map<string, Nic>

  constructor({ networks, servers }: Snapshot) {
    const nics = [...servers.values()].flatMap((each) => each.nics)
    this.networks = new Map([...networks.values()].map(({ id, name }) => [id, name]))
    this.servers = new Map([...servers.values()].map(({ id, name }) => [id, name]))
    this.nics = new Map(nics.map(({ key, id }) => [key, id]))
    this.#ends = new Map(nics.map((each) => [each.key, each]))
  }

  read(difference: Difference): void {
    const bears = (name: string) => [...this.nics.values()].includes(name)
    switch (difference.kind) {
      case 'NetworkCreated':
      case 'NetworkUpdated':
        expect(this.networks.has(difference.network.id)).toBe(difference.kind === 'NetworkUpdated')
        this.networks.set(difference.network.id, difference.network.name)
        return
      case 'ServerCreated':
      case 'ServerUpdated':
        expect(this.servers.has(difference.server.id)).toBe(difference.kind === 'ServerUpdated')
        this.servers.set(difference.server.id, difference.server.name)
        return
      case 'NetworkDeleted':
        expect([...this.#ends.values()].filter(({ networkId }) => networkId === difference.networkId)).toEqual([])
        expect(this.networks.delete(difference.networkId)).toBe(true)
        return
      case 'ServerDeleted':
        expect([...this.#ends.values()].filter(({ serverId }) => serverId === difference.serverId)).toEqual([])
        expect(this.servers.delete(difference.serverId)).toBe(true)
        return
      case 'NicDisconnected':
        expect(this.nics.get(difference.nic.key)).toBe(difference.nic.id)
        this.nics.delete(difference.nic.key)
        this.#ends.delete(difference.nic.key)
        return
      case 'NicRenamed':
        expect(this.nics.get(difference.nic.key)).toBe(difference.from)
        expect(bears(difference.to)).toBe(false)
        this.nics.set(difference.nic.key, difference.to)
        return
      case 'NicConnected':
        expect(this.networks.has(difference.nic.networkId) && this.servers.has(difference.nic.serverId)).toBe(true)
        expect(this.nics.has(difference.nic.key) || bears(difference.nic.id)).toBe(false)
        this.nics.set(difference.nic.key, difference.nic.id)
        this.#ends.set(difference.nic.key, difference.nic)
    }
  }
}

const networkIds = ['2', '9', '10']
const serverIds = ['3', '20']
const allNics = serverIds.flatMap((on) =>
  networkIds.flatMap((to) => ['a', 'b'].map((n) => ({ on, key: `${on}${n}@${to}` }))),
)

const moment = fc.record({
  networks: fc.shuffledSubarray(networkIds),
  servers: fc.shuffledSubarray(serverIds),
  nics: fc.shuffledSubarray(allNics),
  name: fc.constantFrom('x', 'y'),
})
type Moment = typeof moment extends fc.Arbitrary<infer Value> ? Value : never

/** As a cloud would show it: no nic without both its ends, and names in the order of the nics. */
function shown({ networks, servers, nics, name }: Moment): Snapshot {
  const keysOf = (id: string) => nics.filter(({ on, key }) => on === id && networks.includes(key.split('@')[1] ?? ''))
  return snapshot(
    networks.map((id) => network(id, id === '9' ? { name } : {})),
    servers.map((id) =>
      server(
        id,
        keysOf(id).map(({ key }) => key),
        id === '20' ? { name } : {},
      ),
    ),
  )
}

it('tells all that there is to know, in steps that each make sense', () => {
  fc.assert(
    fc.property(moment, moment, fc.subarray(allNics), (first, second, kept) => {
      const before = shown(first)
      const there = new Set([...before.servers.values()].flatMap(({ nics }) => nics.map(({ key }) => key)))
      // Nics keep their order, and new ones come last.
      const staying = first.nics.filter((each) => there.has(each.key) && kept.includes(each))
      const after = shown({ ...second, nics: [...staying, ...second.nics.filter(({ key }) => !there.has(key))] })
      const reader = new Reader(before)
      for (const difference of differences(before, after)) reader.read(difference)
      const { networks, servers, nics } = new Reader(after)
      expect([reader.networks, reader.servers, reader.nics]).toEqual([networks, servers, nics])
      expect(
        differences(
          after,
          shown({ ...second, nics: [...staying, ...second.nics.filter(({ key }) => !there.has(key))] }),
        ),
      ).toEqual([])
    }),
    { numRuns: 500 },
  )
})
