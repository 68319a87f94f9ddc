import { describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const isOdd = [
  '',
  ' ',
  'abc',
  '-1',
  '1.0',
  '1e3',
  '0x4',
  ' 4',
  '4 ',
  '4\n',
  '01',
  '4/../..',
  '4?x=1',
  '%34',
  '４',
  '4\0',
]
const isHuge = ['9'.repeat(16), '9'.repeat(400)]
const badNetworks = [...isOdd, ...isHuge, 'Network:', 'Network:01', 'Network: 4', 'network:4', 'Server:4', 'nic-141-1']
const badServers = [
  ...isOdd,
  ...isHuge,
  'Server:',
  'Server:01',
  'server:141',
  'Network:141',
  'nic-141-1',
  'Server:141/ips',
]
const badNicNames = [
  'nic-141',
  'nic-141-',
  'nic--1',
  'nic-141-01',
  'nic-0141-1',
  'nic-141-1-2',
  'NIC-141-1',
  ' nic-141-1',
  'foo-141-1',
]
const badKeys = [
  'Nic:',
  'Nic:zz',
  'Nic:nic-141-1',
  'Nic:aa:00:00:23:0d',
  'Nic:aa-00-00-23-0d-59',
  'aa:00:00:23:0d:59',
  'nic:aa:00:00:23:0d:59',
]
const badNics = [...isOdd, ...isHuge, ...badNicNames, ...badKeys, '4', 'Network:4', 'Server:141', 'nic-141-9999999']
const badGlobal = [
  ...isOdd,
  ...badKeys,
  '4',
  '141',
  'nic-141-0',
  'Network:01',
  'Cloud:4',
  'Network:Network:4',
  'Server:x',
  'Network:nic-141-0',
]

/** What is asked, of which field, with the id as a variable, and the path of the argument that is said to be wrong. */
const inQueries: [field: string, query: string, path: string[], bad: string[]][] = [
  ['network', 'network(id: $id) { name }', ['id'], badNetworks],
  ['networks', 'networks(filter: { ids: ["4", $id] }) { totalCount }', ['filter', 'ids'], badNetworks],
  ['networks', 'networks(filter: { serverId: $id }) { totalCount }', ['filter', 'serverId'], badServers],
  ['server', 'server(id: $id) { name }', ['id'], badServers],
  ['servers', 'servers(filter: { ids: [$id] }) { totalCount }', ['filter', 'ids'], badServers],
  ['servers', 'servers(filter: { networkId: $id }) { totalCount }', ['filter', 'networkId'], badNetworks],
  ['nic', 'nic(id: $id) { index }', ['id'], badNics],
  ['node', 'node(id: $id) { id }', ['id'], badGlobal],
]

const inMutations: [input: string, mutation: string, bad: string[]][] = [
  ['networkId', 'renameNetwork(input: { networkId: $id, name: "n" })', badNetworks],
  ['networkId', 'deleteNetwork(input: { networkId: $id })', badNetworks],
  ['networkId', 'connectServer(input: { networkId: $id, serverId: 141 })', badNetworks],
  ['serverId', 'connectServer(input: { networkId: 3, serverId: $id })', badServers],
  ['nicId', 'disconnectNic(input: { nicId: $id })', badNics],
  ['expectNetworkId', 'disconnectNic(input: { nicId: "nic-141-0", expectNetworkId: $id })', badNetworks],
]

const refused = '{ __typename ... on InvalidInputError { code path fault { status } } }'
const invalidAt = (...path: string[]) => ({ __typename: 'InvalidInputError', code: 'INVALID_INPUT', path, fault: null })

async function mutate({ run }: TestGateway, mutation: string, variables: Record<string, unknown>, type: string) {
  const [name = ''] = Object.keys(variables)
  const { data, errors } = await run<{ done: unknown }, object>(
    `mutation M($${name}: ${type}) { done: ${mutation} ${refused} }`,
    variables,
  )
  return errors ?? data?.done
}

describe('a malformed id', () => {
  it.each(inQueries)('of %s in { %s } is INVALID_INPUT, without a call', async (field, query, path, bad) => {
    await using gateway = await startGateway()
    for (const id of bad) {
      const { data, errors } = await gateway.run<object, object>(`query Q($id: ID!) { ${query} }`, { id })
      expect([id, data, errors?.map((error) => [error.path, error.extensions])]).toEqual([
        id,
        { [field]: null },
        [[[field], { code: 'INVALID_INPUT', path, fault: null, hints: [expect.any(String)] }]],
      ])
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it('among others of nodes is null with INVALID_INPUT at its place', async () => {
    await using gateway = await startGateway()
    for (const id of badGlobal) {
      const { data, errors } = await gateway.run<object, object>('query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: ['Server:141', id],
      })
      expect(data).toEqual({ nodes: [{ id: 'Server:141' }, null] })
      expect(errors?.map(({ path, extensions }) => [path, extensions?.code, extensions?.path])).toEqual([
        [['nodes', 1], 'INVALID_INPUT', ['ids', '1']],
      ])
    }
  })

  it.each(inMutations)('as %s of %s is an InvalidInputError, without a call', async (input, mutation, bad) => {
    await using gateway = await startGateway()
    for (const id of bad)
      expect([id, await mutate(gateway, mutation, { id }, 'ID!')]).toEqual([id, invalidAt('input', input)])
    expect(gateway.cloud.requests).toEqual([])
  })
})

describe('a list of too many', () => {
  const many = (length: number, value: (at: number) => string) => Array.from({ length }, (_, at) => value(at))
  const ids = (length: number) => many(length, String)
  it.each([
    ['ids', '$ids: [ID!]', 'networks(filter: { ids: $ids })', ['filter', 'ids']],
    ['ids', '$ids: [ID!]', 'servers(filter: { ids: $ids })', ['filter', 'ids']],
    ['ids', '$ids: [ID!]', 'topology(filter: { networkIds: $ids })', ['filter', 'networkIds']],
    ['ids', '$ids: [ID!]', 'topology(filter: { serverIds: $ids })', ['filter', 'serverIds']],
    ['statuses', '$statuses: [NetworkStatus!]', 'networks(filter: { status: $statuses })', ['filter', 'status']],
    ['statuses', '$statuses: [ServerStatus!]', 'servers(filter: { status: $statuses })', ['filter', 'status']],
  ])('%s (%s) of %s is INVALID_INPUT, without a call', async (kind, variable, field, path) => {
    await using gateway = await startGateway()
    const query = `query (${variable}) { it: ${field} { __typename } }`
    const most = kind === 'ids' ? 1000 : 100
    const given = (length: number) =>
      kind === 'ids' ? { ids: ids(length) } : { statuses: many(length, () => 'ACTIVE') }
    const { errors } = await gateway.run(query, given(most + 1))
    const message = `${path.at(-1)} has ${most + 1} items; at most ${most} are taken.`
    expect(errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT', path } }])
    expect(gateway.cloud.requests).toEqual([])
    expect((await gateway.run(query, given(most))).errors).toBeUndefined()
  })
})

it('a MAC address to expect that is none is an InvalidInputError, without a call', async () => {
  await using gateway = await startGateway()
  const mutation = 'disconnectNic(input: { nicId: "nic-141-0", expectMacAddress: $mac })'
  for (const mac of ['', 'zz', 'aa:00:00:23:0d', 'aa-00-00-23-0d-59', ' aa:00:00:23:0d:59', 'Nic:aa:00:00:23:0d:59']) {
    expect(await mutate(gateway, mutation, { mac }, 'String')).toEqual(invalidAt('input', 'expectMacAddress'))
  }
  expect(gateway.cloud.requests).toEqual([])
})

describe('a well-formed id', () => {
  it("is taken in the cloud's form and in its global one, as text or as a number", async () => {
    await using gateway = await startGateway()
    const query = `{ a: network(id: 1) { id } b: network(id: "1") { id } c: network(id: "Network:1") { id }
      d: server(id: 141) { id } e: server(id: "Server:141") { id }
      f: nic(id: "nic-141-0") { id } g: nic(id: "Nic:AA:00:00:23:0D:59") { id } h: node(id: "Nic:Aa:00:00:23:0d:59") { id } }`
    const [network, server, nic] = [{ id: 'Network:1' }, { id: 'Server:141' }, { id: 'Nic:aa:00:00:23:0d:59' }]
    expect(await gateway.run(query)).toEqual({
      data: { a: network, b: network, c: network, d: server, e: server, f: nic, g: nic, h: nic },
    })
  })
})

describe('a name', () => {
  const mutations = ['createNetwork(input: { name: $name })', 'renameNetwork(input: { networkId: 3, name: $name })']

  it.each(mutations)('that is blank, too long or holds a NUL is refused by %s, without a call', async (mutation) => {
    await using gateway = await startGateway()
    for (const name of ['', ' ', '\t\n', '\u00a0\u3000', 'n'.repeat(129), '🐟'.repeat(129), 'a\0b']) {
      expect(await mutate(gateway, mutation, { name }, 'String!')).toEqual(invalidAt('input', 'name'))
    }
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each(mutations)('with a NUL is told so by %s', async (mutation) => {
    await using gateway = await startGateway()
    const query = `mutation($name: String!) { told: ${mutation} { ... on InvalidInputError { message } } }`
    const { data } = await gateway.run<{ told: object }, object>(query, { name: 'a\0b' })
    expect(data?.told).toEqual({ message: 'name must not contain the character NUL (U+0000).' })
  })

  it.each([
    ['one character', 'n'],
    ['128 letters', 'n'.repeat(128)],
    ['128 characters outside the basic plane', '🐟'.repeat(128)],
    ['spaces, quotes and other alphabets', ' δίκτυο "1"\n'],
    ['what looks like an escape', '\\u0041 {"a": 1}'],
  ])('of %s is kept as it is', async (_what, name) => {
    await using gateway = await startGateway()
    const { db } = gateway.cloud
    db.addNetwork({ ownerId: 'user-tutorial' })
    for (const mutation of mutations) await mutate(gateway, mutation, { name }, 'String!')
    expect([3, 4].map((id) => db.networks.get(id)?.name)).toEqual([name, name])
  })
})

describe('an address', () => {
  const bad = {
    cidr: [
      '',
      'x',
      '10.0.0.0',
      '10.0.0/24',
      '10.0.0.1/24',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      ' 10.0.0.0/24',
      '010.0.0.0/24',
      'fd00::/64',
    ],
    gateway: [
      '',
      'x',
      '10.0.0',
      '10.0.0.256',
      '10.0.0.1/24',
      '0x0a.0.0.1',
      '010.0.0.1',
      '167772161',
      'fd00::1',
      ' 10.0.0.1',
    ],
    cidr6: [
      '',
      'x',
      'fd00::',
      'fd00::1/64',
      'fd00::/129',
      'fd00:::/64',
      '10.0.0.0/24',
      'fe80::%1/64',
      'fd00::/48',
      'fd00::/63',
      'fd00::/65',
      'fd00::/128',
      'fd00::/064',
    ],
    gateway6: ['', 'x', 'fd00::/64', 'fd00:::1', '10.0.0.1', 'fd00::g'],
  }

  it.each(Object.entries(bad))('that is no %s is refused, without a call', async (field, texts) => {
    await using gateway = await startGateway()
    const told: unknown[] = []
    for (const text of texts) {
      told.push([
        text,
        await mutate(gateway, `createNetwork(input: { name: "n", ${field}: $text })`, { text }, 'String'),
      ])
    }
    expect(told).toEqual(texts.map((text) => [text, invalidAt('input', field)]))
    expect(gateway.cloud.requests).toEqual([])
  })

  it('of a gateway with a zone is refused: it means something on one host alone', async () => {
    await using gateway = await startGateway()
    const mutation = 'createNetwork(input: { name: "n", gateway6: $text })'
    expect(await mutate(gateway, mutation, { text: 'fe80::1%eth0' }, 'String')).toEqual(invalidAt('input', 'gateway6'))
    expect(gateway.cloud.requests).toEqual([])
  })

  it.each(['10.0.0.0/16', '10.0.0.0/22', '10.0.0.0/30', '10.0.0.1/32'])(
    "range of the size of %s is the cloud's to judge",
    async (cidr) => {
      await using gateway = await startGateway()
      const fields = '{ ... on InvalidInputError { code message path fault { status name message details } } }'
      const details = 'Network mask must be in range (22, 29]'
      expect(await gateway.run(`mutation { createNetwork(input: { name: "n", cidr: "${cidr}" }) ${fields} }`)).toEqual({
        data: {
          createNetwork: {
            code: 'INVALID_INPUT',
            message: `The cloud refused the request: Unsupported network size ${details}`,
            path: ['input', 'cidr'],
            fault: { status: 413, name: 'overLimit', message: 'Unsupported network size', details },
          },
        },
      })
      expect(gateway.cloud.requests.map(({ route }) => route)).toEqual(['POST /networks'])
    },
  )
})

it.each([
  ['an unknown type', 'createNetwork(input: { name: "n", type: FAST }) { __typename }'],
  ['no name', 'createNetwork(input: {}) { __typename }'],
  ['a null name', 'renameNetwork(input: { networkId: 3, name: null }) { __typename }'],
  ['a fraction of a second', 'deleteNetwork(input: { networkId: 3, timeoutSeconds: 1.5 }) { __typename }'],
])('%s is refused by GraphQL itself', async (_what, mutation) => {
  await using gateway = await startGateway()
  const { data, errors } = await gateway.run<object, object>(`mutation { ${mutation} }`)
  expect([data, errors?.length, errors?.[0]?.extensions?.code]).toEqual([undefined, 1, 'GRAPHQL_VALIDATION_FAILED'])
  expect(gateway.cloud.requests).toEqual([])
})

it.each([
  'createNetwork(input: { name: "n", timeoutSeconds: $seconds })',
  'deleteNetwork(input: { networkId: 3, timeoutSeconds: $seconds })',
  'connectServer(input: { networkId: 3, serverId: 141, timeoutSeconds: $seconds })',
  'disconnectNic(input: { nicId: "nic-141-0", timeoutSeconds: $seconds, waitUntil: ACCEPTED })',
  'disconnectNic(input: { nicId: "Nic:aa:00:00:23:0d:59", timeoutSeconds: $seconds })',
])('a time to wait of less than 1 or more than 300 seconds is refused by %s, without a call', async (mutation) => {
  await using gateway = await startGateway()
  for (const seconds of [0, -1, 301, 2 ** 31 - 1]) {
    expect(await mutate(gateway, mutation, { seconds }, 'Int')).toEqual(invalidAt('input', 'timeoutSeconds'))
  }
  expect(gateway.cloud.requests).toEqual([])
})

describe('paging', () => {
  const cursorOf = async ({ run }: TestGateway, list: string) => {
    const { data } = await run<Record<string, { pageInfo: { endCursor: string } }>, object>(
      `{ list: ${list} { pageInfo { endCursor } } }`,
    )
    return data?.list?.pageInfo.endCursor
  }

  describe.each(['networks', 'servers'])('of %s', (list) => {
    const wrong: [args: string, path: string][] = [
      ['first: -1', 'first'],
      ['last: -1', 'last'],
      ['after: ""', 'after'],
      ['after: "garbage"', 'after'],
      ['before: "bnVsbA"', 'before'],
      ['before: "W10"', 'before'],
      ['after: "BY NAME"', 'after'],
      ['before: "BY NAME", orderBy: { field: CREATED_AT }', 'before'],
    ]

    it('refuses negative counts and what is no cursor of that order', async () => {
      await using gateway = await startGateway()
      const byName = await cursorOf(gateway, `${list}(orderBy: { field: NAME })`)
      for (const [args, path] of wrong) {
        const text = `{ list: ${list}(${args.replace('BY NAME', byName ?? '')}) { totalCount } }`
        const { data, errors } = await gateway.run<object, object>(text)
        expect([args, data, errors?.map(({ path, extensions }) => [path, extensions?.code, extensions?.path])]).toEqual(
          [args, { list: null }, [[['list'], 'INVALID_INPUT', [path]]]],
        )
      }
    })

    it('refuses them without a call', async () => {
      await using gateway = await startGateway()
      for (const [args] of wrong) await gateway.run(`{ list: ${list}(${args}) { totalCount } }`)
      expect(gateway.cloud.requests.map(({ route }) => route)).toEqual([])
    })
  })

  it("of a network's nics refuses the same, and the rest of the network stands", async () => {
    await using gateway = await startGateway()
    const other = await cursorOf(gateway, 'networks')
    for (const [args, path] of [
      ['first: -1', 'first'],
      [`after: "${other}"`, 'after'],
      ['before: "x"', 'before'],
    ]) {
      const { data, errors } = await gateway.run<object, object>(
        `{ network(id: 1) { name nics(${args}) { totalCount } } }`,
      )
      expect(data).toEqual({ network: { name: 'public_network', nics: null } })
      expect(errors?.map(({ path, extensions }) => [path, extensions?.code, extensions?.path])).toEqual([
        [['network', 'nics'], 'INVALID_INPUT', [path]],
      ])
    }
  })
})
