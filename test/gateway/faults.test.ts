import { describe, expect, it } from 'vitest'
import { answer, type Failure, htmlAnswer, jsonAnswer, redirect } from '../../src/embedded/failures.ts'
import * as faults from '../../src/embedded/faults.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

type Name = 'create' | 'rename' | 'delete' | 'connect' | 'disconnect'

const mutations: Readonly<Record<Name, { route: string; field: string }>> = {
  create: { route: 'POST /networks', field: 'createNetwork(input: { name: "n" })' },
  rename: { route: 'PUT /networks/:id', field: 'renameNetwork(input: { networkId: 4, name: "n" })' },
  delete: { route: 'DELETE /networks/:id', field: 'deleteNetwork(input: { networkId: 8 })' },
  connect: { route: 'POST /networks/:id/action', field: 'connectServer(input: { serverId: 142, networkId: 4 })' },
  disconnect: { route: 'POST /networks/:id/action', field: 'disconnectNic(input: { nicId: "nic-141-1" })' },
}
const names = Object.keys(mutations) as Name[]

const errorFields = `__typename ... on Error { code message fault { status name message details }
  ... on InvalidInputError { path } ... on NetworkNotFoundError { networkId } ... on ServerNotFoundError { serverId }
  ... on NicNotFoundError { nicId server { serverId } } ... on NicMismatchError { actual { nicId } }
  ... on PublicNetworkError { network { networkId } } ... on NetworkFullError { network { networkId } }
  ... on NetworkInUseError { network { networkId } nics { nicId } } ... on ServerSuspendedError { server { serverId } }
  ... on RateLimitedError { retryAfterSeconds } ... on CloudUnavailableError { outcome retryAfterSeconds } }`

/** Networks: 3 full, 4 with nics, 5 a stranger's, 6 deleted, 7 pending, 8 empty. The quota is used up. */
async function start(): Promise<TestGateway> {
  const gateway = await startGateway({ cloud: { privateNetworkQuota: 4 } })
  const { db } = gateway.cloud
  const ownerId = 'user-tutorial'
  db.addNetwork({ ownerId, cidr: '10.77.0.0/29' })
  db.fillNetwork(3)
  db.addNetwork({ ownerId, dhcp: false })
  db.addNetwork({ ownerId: 'user-other' })
  db.addNetwork({ ownerId, status: 'DELETED' })
  db.addNetwork({ ownerId, status: 'PENDING' })
  db.addNetwork({ ownerId })
  db.addServer({ id: 200, ownerId, suspended: true })
  db.addServer({ id: 202, ownerId, backendOnline: false })
  db.addServer({ id: 204, ownerId })
  db.deleteServer(204)
  for (const id of [141, 200, 202]) db.connect(id, 4)
  return gateway
}

async function mutate({ run }: TestGateway, field: string): Promise<unknown> {
  const { data, errors } = await run<{ done: unknown }, object>(`mutation { done: ${field} { ${errorFields} } }`)
  expect(errors).toBeUndefined()
  return data?.done
}

const writes = ({ cloud }: TestGateway) => cloud.requests.filter(({ method }) => method !== 'GET').map((r) => r.route)

const codeOf = (type: string) =>
  type
    .replace(/Error$/, '')
    .replace(/(?<=.)[A-Z]/g, '_$&')
    .toUpperCase()
const error = (type: string, message: string, fault: object | null, more: object = {}) => ({
  __typename: type,
  code: codeOf(type),
  message,
  fault,
  ...more,
})
const said = (status: number, name: string | null, message: string | null, details: string | null = null) => ({
  status,
  name,
  message,
  details,
})
const at = (networkId: string) => ({ network: { networkId } })
const ofServer = (serverId: string) => ({ server: { serverId } })

const noNetworkFault = said(404, 'itemNotFound', 'Network not found.')
const goneFault = said(400, 'badRequest', 'Network has been deleted.')
const noServerFault = said(404, 'itemNotFound', 'Server not found.')
const suspendedFault = said(403, 'forbidden', 'Administratively Suspended VM')
const offline = error('CloudUnavailableError', 'The cloud answered 503.', said(503, 'serviceUnavailable', null), {
  outcome: 'NOT_APPLIED',
  retryAfterSeconds: null,
})
const noNetwork = (networkId: string, fault = noNetworkFault) =>
  error('NetworkNotFoundError', `There is no network ${networkId} for this token.`, fault, { networkId })
const noServer = (serverId: string, fault: object | null) =>
  error('ServerNotFoundError', `There is no server ${serverId} for this token.`, fault, { serverId })
const isPublic = (verb: string) =>
  error(
    'PublicNetworkError',
    'Network 1 is public: only administrators can change it.',
    said(403, 'forbidden', `Can not ${verb} the public network.`),
    at('1'),
  )
const suspended = error(
  'ServerSuspendedError',
  'Server 200 is suspended by an administrator and cannot be changed.',
  suspendedFault,
  ofServer('200'),
)
const invalid = (path: string[], message: string) =>
  error('InvalidInputError', `The cloud refused the request: ${message}`, said(400, 'badRequest', message), { path })
const quotaDetails = "Limit for resource 'Private Network' exceeded for your account. Available: 0, Requested: 1"
const quotaFault = said(413, 'overLimit', 'Resource Limit Exceeded for your account.', quotaDetails)
const customType = "Can not create network of type 'CUSTOM'"

const created = (input: string) => `createNetwork(input: { name: "n" ${input} })`
const renamed = (id: number) => `renameNetwork(input: { networkId: ${id}, name: "n" })`
const deleted = (id: number) => `deleteNetwork(input: { networkId: ${id} })`
const connected = (server: number, network: number) =>
  `connectServer(input: { serverId: ${server}, networkId: ${network} })`
const cut = (nic: string, more = '') => `disconnectNic(input: { nicId: "${nic}" ${more} })`

/** What the cloud or the gateway refuses by itself; `asked` says whether the cloud was. */
const refusals: [field: string, asked: boolean, expected: object][] = [
  [
    created(''),
    true,
    error('QuotaExceededError', `Your quota is used up: ${quotaFault.message} ${quotaDetails}`, quotaFault),
  ],
  [
    created('type: CUSTOM'),
    true,
    error('ForbiddenError', `The cloud forbids it: ${customType}`, said(403, 'forbidden', customType)),
  ],
  [
    created('cidr: "10.1.0.0/24", gateway: "10.2.0.1"'),
    true,
    invalid(['input', 'gateway'], 'Invalid network IPv4 gateway'),
  ],
  [
    created('cidr6: "fd00::/64", gateway6: "fd01::1"'),
    true,
    invalid(['input', 'gateway6'], 'Invalid network IPv6 gateway'),
  ],
  [renamed(99), true, noNetwork('99')],
  [renamed(5), true, noNetwork('5')],
  [renamed(6), true, noNetwork('6', goneFault)],
  [renamed(1), true, isPublic('rename')],
  [deleted(99), true, noNetwork('99')],
  [deleted(5), true, noNetwork('5')],
  [deleted(6), true, noNetwork('6', goneFault)],
  [deleted(1), true, isPublic('delete')],
  [
    deleted(4),
    true,
    error(
      'NetworkInUseError',
      'Network 4 still has nics on it: nic-141-1, nic-200-0, nic-202-0.',
      said(421, 'networkInUse', 'Machines are connected to network.'),
      { ...at('4'), nics: [{ nicId: 'nic-141-1' }, { nicId: 'nic-200-0' }, { nicId: 'nic-202-0' }] },
    ),
  ],
  [connected(141, 99), true, noNetwork('99')],
  [connected(141, 5), true, noNetwork('5')],
  [connected(141, 6), true, noNetwork('6', goneFault)],
  [connected(141, 1), true, isPublic('modify')],
  [
    connected(141, 7),
    true,
    error(
      'BusyError',
      'The cloud is busy with it: Network not active yet',
      said(409, 'buildInProgress', 'Network not active yet'),
    ),
  ],
  [
    connected(141, 3),
    true,
    error(
      'NetworkFullError',
      'Network 3 has no free address left.',
      said(413, 'overLimit', 'Network is full'),
      at('3'),
    ),
  ],
  [connected(200, 4), true, suspended],
  [connected(202, 4), true, offline],
  [connected(999, 4), false, noServer('999', noServerFault)],
  [connected(140, 4), false, noServer('140', noServerFault)],
  [connected(204, 4), false, noServer('204', null)],
  [cut('nic-200-0'), true, suspended],
  [cut('nic-202-0'), true, offline],
  [cut('nic-999-0'), false, noServer('999', noServerFault)],
  [cut('nic-204-0'), false, noServer('204', null)],
  [
    cut('nic-141-0'),
    false,
    error(
      'PublicNetworkError',
      'Nic nic-141-0 is on the public network 1: removed, it could not be had back.',
      null,
      at('1'),
    ),
  ],
  [
    cut('nic-141-9'),
    false,
    error(
      'NicNotFoundError',
      'Server 141 has no nic nic-141-9 now; it has nic-141-0 on network 1, nic-141-1 on network 4. ' +
        "When a nic is removed, the ids of the server's later nics move down by one.",
      null,
      { nicId: 'nic-141-9', ...ofServer('141') },
    ),
  ],
  [
    cut('Nic:AA:BB:CC:DD:EE:FF'),
    false,
    error('NicNotFoundError', 'There is no nic Nic:AA:BB:CC:DD:EE:FF: it is gone, or was never yours.', null, {
      nicId: 'Nic:AA:BB:CC:DD:EE:FF',
      server: null,
    }),
  ],
  [
    cut('nic-141-1', 'expectNetworkId: "Network:8"'),
    false,
    error('NicMismatchError', 'Nic nic-141-1 is on network 4 now, not on 8.', null, { actual: { nicId: 'nic-141-1' } }),
  ],
]

describe('a refusal', () => {
  it.each(refusals)('of %s is told by its meaning', async (field, asked, expected) => {
    await using gateway = await start()
    expect(await mutate(gateway, field)).toEqual(expected)
    expect(writes(gateway)).toHaveLength(asked ? 1 : 0)
  })
})

const all = (expected: string) => Object.fromEntries(names.map((name) => [name, expected])) as Record<Name, string>
const sorry = all('CloudUnavailableError NOT_APPLIED')
const [denied, forbidden, wrong, limited] = ['Unauthenticated', 'Forbidden', 'InvalidInput', 'RateLimited'].map(
  (type) => all(`${type}Error`),
) as [Record<Name, string>, Record<Name, string>, Record<Name, string>, Record<Name, string>]
const missing = { ...all('NetworkNotFoundError'), create: sorry.create, disconnect: 'NicNotFoundError' }
const missingServer = { ...missing, connect: 'ServerNotFoundError', disconnect: 'ServerNotFoundError' }
const suspends = { ...forbidden, connect: 'ServerSuspendedError', disconnect: 'ServerSuspendedError' }
const busy = { ...all('BusyError'), create: sorry.create, rename: sorry.rename }
const over = { ...sorry, create: 'QuotaExceededError', connect: 'NetworkFullError' }
const quota = { ...sorry, create: 'QuotaExceededError' }
const inUse = { ...sorry, delete: 'NetworkInUseError' }
const retry = { 'Retry-After': '7' }
const { Fault } = faults

/** Any answer to any change. A meaning that a change has no member for is one that nothing covers. */
const table: [what: string, Failure | faults.Fault, Record<Name, string>][] = [
  ['401 unauthorized', faults.unauthorized('Access denied. No authentication token'), denied],
  ['401 fault', faults.rejectedToken(), denied],
  ['401 itemNotFound', new Fault(401, 'itemNotFound', 'Network not found.'), denied],
  ['401 without a body', answer(401), denied],
  ['403 forbidden', faults.forbidden('Not today'), forbidden],
  ['403 without a body', answer(403), forbidden],
  ['403 suspended', faults.forbidden('Administratively Suspended VM'), suspends],
  ['403 fault of the identity service', new Fault(403, 'fault', 'FORBIDDEN'), forbidden],
  ['500 fault of the identity service', new Fault(500, 'fault', 'timed out'), sorry],
  ['503 fault of the identity service', new Fault(503, 'fault', 'SERVICE UNAVAILABLE'), sorry],
  ['404 without a body', answer(404), missing],
  ['404 as a page', htmlAnswer(404, 'Not Found'), missing],
  ['404 network', faults.itemNotFound('Network not found.'), missing],
  ['404 server', faults.itemNotFound('Server not found.'), missingServer],
  ['404 nic', faults.itemNotFound('NIC not found on VM'), missing],
  ['404 fault of the identity service', new Fault(404, 'fault', 'NOT FOUND'), sorry],
  ['400 network deleted', faults.badRequest('Network has been deleted.'), { ...missing, create: wrong.create }],
  ['400 badRequest', faults.badRequest('Malformed request'), wrong],
  ['400 without a body', answer(400), wrong],
  ['422 without a body', answer(422), wrong],
  ['400 for a wrong base URL', faults.badRequest('API endpoint not found'), sorry],
  ['400 for a wrong method', faults.badRequest('Method not allowed'), sorry],
  ['409 buildInProgress', faults.buildInProgress('Machine is busy.'), busy],
  ['409 of a name that means nothing', new Fault(409, 'conflict', 'Conflict'), sorry],
  ['415 index conflict', faults.badMediaType('NIC index conflict on VM'), busy],
  ['415 otherwise', faults.badMediaType('Bad media type'), sorry],
  ['413 without a body', answer(413), over],
  ['413 overLimit of a kind unknown', faults.overLimit('Too much'), over],
  ['413 without a body, with Retry-After', answer(413, '', retry), limited],
  ['413 overLimit, with Retry-After', faults.overLimit('Slow down', '', retry), limited],
  ['429 without a body', answer(429, '', retry), limited],
  ['429 overLimit', new Fault(429, 'overLimit', 'Slow down', '', retry), limited],
  ['413 network full', faults.overLimit('Network is full'), over],
  ['413 quota', faults.overLimit('Resource Limit Exceeded for your account.'), quota],
  ['421 networkInUse', faults.networkInUse('Machines are connected to network.'), inUse],
  ['421 without a body', answer(421), sorry],
  ['409 under the name of 421', new Fault(409, 'networkInUse', 'In use'), inUse],
  ['418', answer(418), sorry],
  ['501 notImplemented', faults.notImplemented('Not supported.'), sorry],
  ['501 without a body', answer(501), sorry],
  ['503 in the envelope', faults.serviceUnavailable('Failed to allocate network resources', '', retry), sorry],
  ['a redirect', redirect('/compute/v2.0/networks/4'), sorry],
]

describe('a change answered', () => {
  it.each(table)('%s is a member of its union, and was sent once', async (_what, failure, expected) => {
    await using gateway = await start()
    const told: Record<string, string> = {}
    for (const name of names) {
      const { route, field } = mutations[name]
      gateway.cloud.failNext(route, failure)
      gateway.cloud.clearRequests()
      const { data, errors } = await gateway.run<{ done: Told }, object>(
        `mutation { done: ${field} { ${errorFields} } }`,
      )
      const done = data?.done
      told[name] = done
        ? [done.__typename, done.outcome].filter(Boolean).join(' ')
        : `errors[] ${errors?.[0]?.extensions?.code}`
      expect(writes(gateway)).toEqual([route])
      if (!done) continue
      expect(done.code).toBe(codeOf(done.__typename))
      expect(done.fault).toEqual(faultIn(failure))
      if ('retryAfterSeconds' in done) expect(done.retryAfterSeconds).toBe(mustWait(failure) ? 7 : null)
    }
    expect(told).toEqual(expected)
  })

  it('with a Retry-After of thousands of years is a member of its union all the same', async () => {
    await using gateway = await start()
    gateway.cloud.failNext('POST /networks', answer(429, '', { 'Retry-After': '99999999999' }))
    expect(await mutate(gateway, created(''))).toMatchObject({ __typename: 'RateLimitedError' })
  })
})

interface Told {
  __typename: string
  code: string
  outcome?: string
  fault: object | null
  retryAfterSeconds?: number | null
}

const mustWait = (failure: Failure | faults.Fault) => 'headers' in failure && 'Retry-After' in failure.headers

function faultIn(failure: Failure | faults.Fault) {
  if (failure instanceof faults.Fault)
    return said(failure.status, failure.name, failure.message, failure.details || null)
  return said((failure as { status: number }).status, null, null)
}

describe('disconnectNic', () => {
  it('answers BusyError while a removal that it does not know of is running, and for an index that two nics have', async () => {
    await using gateway = await start()
    const { cloud } = gateway
    const row = cloud.db.server(141).nics[1]
    if (row) row.busy = true
    const machineBusy = said(409, 'buildInProgress', 'Machine is busy.')
    expect(await mutate(gateway, cut('nic-141-1'))).toEqual(
      error('BusyError', 'The cloud is busy with it: Machine is busy.', machineBusy),
    )
    if (row) cloud.db.server(141).nics.push({ ...row, mac: 'aa:00:00:00:00:01' })
    const conflict = said(415, 'badMediaType', 'NIC index conflict on VM')
    expect(await mutate(gateway, cut('nic-141-1'))).toEqual(
      error('BusyError', 'The cloud is busy with it: NIC index conflict on VM', conflict),
    )
    expect(writes(gateway)).toHaveLength(2)
  })

  it('answers NicNotFoundError when the network of the nic goes between the look and the removal', async () => {
    await using gateway = await start()
    gateway.cloud.failNext('GET /networks/4', faults.itemNotFound('Network not found.'))
    expect(await mutate(gateway, cut('nic-141-1'))).toMatchObject({
      ...{ __typename: 'NicNotFoundError', nicId: 'nic-141-1' },
      fault: noNetworkFault,
    })
    expect(writes(gateway)).toEqual([])
  })

  it('and deleteNetwork say so of a nic that is still being built', async () => {
    await using gateway = await start()
    gateway.cloud.jobs.hold()
    const accepted = `mutation { connectServer(input: { serverId: 141, networkId: 8, waitUntil: ACCEPTED }) { __typename ... on ConnectServerSuccess { state nic { id } } } }`
    expect(await gateway.run(accepted)).toEqual({
      data: { connectServer: { __typename: 'ConnectServerSuccess', state: 'PENDING', nic: null } },
    })
    gateway.cloud.clearRequests()
    expect(await mutate(gateway, cut('nic-141-2'))).toEqual(
      error('BusyError', 'Nic nic-141-2 is still being connected.', null),
    )
    expect(writes(gateway)).toEqual([])
    const inUse = said(421, 'networkInUse', 'Machines are connected to network.')
    const message = 'Network 8 still has nics on it. None is shown: a connection is still being made or undone.'
    expect(await mutate(gateway, deleted(8))).toEqual(
      error('NetworkInUseError', message, inUse, { ...at('8'), nics: [] }),
    )
    expect(writes(gateway)).toEqual(['DELETE /networks/:id'])
  })
})

describe('a query', () => {
  it("answers null, and no error, for what is not there, is deleted or is a stranger's", async () => {
    await using gateway = await start()
    const query = `{ a: network(id: 99) { id } b: network(id: 5) { id } c: network(id: 6) { id } d: server(id: 999) { id }
      e: server(id: 140) { id } f: server(id: 204) { id } g: nic(id: "nic-141-9") { id } h: nic(id: "nic-999-0") { id }
      i: nic(id: "Nic:AA:BB:CC:DD:EE:FF") { id } j: nic(id: "nic-204-0") { id } k: node(id: "Network:6") { id }
      l: nodes(ids: ["Server:204", "Server:141", "Network:99"]) { id } }`
    const none = Object.fromEntries([...'abcdefghijk'].map((name) => [name, null]))
    expect(await gateway.run(query)).toEqual({ data: { ...none, l: [null, { id: 'Server:141' }, null] } })
  })

  const reads: [query: string, route: string, data: object, path: (string | number)[]][] = [
    ['network(id: 8) { name }', 'GET /networks/:id', { it: null }, ['it']],
    ['networks { totalCount }', 'GET /networks/detail', { it: null }, ['it']],
    ['server(id: 142) { name }', 'GET /servers/:id', { it: null }, ['it']],
    ['servers { totalCount }', 'GET /servers/detail', { it: null }, ['it']],
    ['node(id: "Server:142") { id }', 'GET /servers/:id', { it: null }, ['it']],
    [
      'nodes(ids: ["Network:8", "Server:142"]) { id }',
      'GET /servers/:id',
      { it: [{ id: 'Network:8' }, null] },
      ['it', 1],
    ],
    ['nic(id: "nic-142-0") { nicId }', 'GET /servers/:id', { it: null }, ['it']],
    ['nic(id: "Nic:aa:00:00:70:21:65") { nicId }', 'GET /servers/detail', { it: null }, ['it']],
    [
      'server(id: 142) { name networks { name } }',
      'GET /networks/:id',
      { it: { name: 'database server', networks: null } },
      ['it', 'networks'],
    ],
    [
      'networks(first: 1) { nodes { name servers { nodes { name } } } }',
      'GET /servers/detail',
      { it: { nodes: [{ name: 'public_network', servers: null }] } },
      ['it', 'nodes', 0, 'servers'],
    ],
  ]

  it.each(reads)(
    '{ %s } tells what %s failed with at the field that it makes null, and keeps the rest',
    async (field, route, data, path) => {
      const refused = faults.forbidden('Not today')
      const failures: [Failure | faults.Fault, code: string, more: object][] = [
        [refused, 'FORBIDDEN', { fault: faultIn(refused) }],
        [faults.unauthorized('No'), 'UNAUTHENTICATED', { fault: said(401, 'unauthorized', 'No') }],
        [answer(429, '', retry), 'RATE_LIMITED', { fault: said(429, null, null), retryAfterSeconds: 7 }],
        [htmlAnswer(502), 'CLOUD_UNAVAILABLE', { fault: said(502, null, null), retryAfterSeconds: null }],
        [faults.serviceUnavailable(), 'CLOUD_UNAVAILABLE', { fault: said(503, 'serviceUnavailable', null) }],
        [
          faults.unexpectedError(),
          'CLOUD_UNAVAILABLE',
          { fault: said(500, 'internalServerError', 'Unexpected error') },
        ],
        [redirect('http://127.0.0.1:1/'), 'CLOUD_UNAVAILABLE', { fault: said(302, null, null) }],
        [jsonAnswer({ networks: 'none' }), 'CLOUD_UNAVAILABLE', { fault: null }],
      ]
      await using gateway = await start()
      for (const [failure, code, more] of failures) {
        gateway.cloud.failNext(route, failure)
        const rest = route.includes('networks') ? 'server(id: 141)' : 'network(id: 4)'
        const answered = await gateway.run(`{ it: ${field} rest: ${rest} { id } }`)
        expect(answered).toMatchObject({
          data: { ...data, rest: { id: expect.any(String) } },
          errors: [{ path, extensions: { code, ...more } }],
        })
        expect(answered.errors).toHaveLength(1)
      }
    },
  )

  it('that the cloud failed is to be tried again: there is nothing that may have been done', async () => {
    await using gateway = await start()
    for (const failure of [htmlAnswer(502), faults.unexpectedError(), answer(504), redirect('/')]) {
      gateway.cloud.failNext('GET /servers/detail', failure)
      const { errors } = await gateway.run('{ servers { totalCount } }')
      expect(errors?.[0]?.extensions?.hints).toEqual(['Try again in a moment.'])
    }
  })
})

it('tells a query that the token check forbids the caller as FORBIDDEN', async () => {
  await using gateway = await startGateway()
  gateway.cloud.failNext('GET /networks/1', new Fault(403, 'fault', 'FORBIDDEN'))
  const { errors } = await gateway.run('{ network(id: 1) { name } }')
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', fault: { status: 403, name: 'fault' } } }])
})
