import { describe, expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { type Ask, ask, inShort } from './rest.ts'

/** What is there: 3 ours and full, 4 ours and empty, 5 a stranger's, 6 deleted, 7 pending, 8 not in use. */
async function prepare(): Promise<EmbeddedCloud> {
  const cloud = await startEmbeddedCloud({ jobDelayMs: 0, privateNetworkQuota: 5 })
  const { db } = cloud
  const ownerId = 'user-tutorial'
  db.addNetwork({ ownerId, cidr: '10.77.0.0/29' })
  db.fillNetwork(3)
  db.addNetwork({ ownerId, dhcp: false })
  db.addNetwork({ ownerId: 'user-other' })
  db.addNetwork({ ownerId, status: 'DELETED' })
  db.addNetwork({ ownerId, status: 'PENDING' })
  db.addNetwork({ ownerId, dhcp: false })
  db.addServer({ id: 200, ownerId, suspended: true })
  db.addServer({ id: 201, ownerId, status: 'BUILD' })
  db.addServer({ id: 202, ownerId, backendOnline: false })
  db.addServer({ id: 203, ownerId, status: 'STOPPED' })
  db.addServer({ id: 204, ownerId })
  db.deleteServer(204)
  db.connect(141, 4)
  db.connect(202, 4)
  return cloud
}

const net = (more: object) => ({ json: { network: { name: 'n', type: 'MAC_FILTERED', ...more } } })
const add = (serverRef: unknown) => ({ json: { add: { serverRef } } })
const remove = (attachment: unknown) => ({ json: { remove: { attachment } } })
const server = (more: object) => ({
  json: { server: { name: 's', imageRef: '2f4a8d1c-6c1e-4c8e-9d52-0e6f3a9b7c11', flavorRef: 1, ...more } },
})
const unexpected = '500 internalServerError Unexpected error'
const noNetwork = '404 itemNotFound Network not found.'
const noServer = '404 itemNotFound Server not found.'
const suspended = '403 forbidden Administratively Suspended VM'
const size = '413 overLimit Unsupported network size (Network mask must be in range (22, 29])'
const badJson = '400 badRequest Invalid JSON data'
const action = (id: number, json: unknown, expected: string): [string, Ask, string] => [
  `POST /servers/${id}/action`,
  { json },
  expected,
]

const rows: [route: string, ask: Ask, expected: string][] = [
  // Any operation, in the order of checks.
  ['GET /nothing', { token: null }, '400 badRequest API endpoint not found'],
  ['PATCH /networks', { token: null }, '400 badRequest Method not allowed'],
  ['PUT /flavors', { token: null }, '400 badRequest Method not allowed'],
  ['GET /networks', { token: null }, '401 unauthorized Access denied. No authentication token'],
  ['PUT /networks/99', { body: '{', headers: { 'Content-Type': 'application/json' } }, badJson],
  ['PUT /networks/99', { headers: { 'Content-Type': 'application/json' } }, badJson],
  [
    'POST /networks',
    { body: Buffer.from([0x22, 0xff, 0x22]), headers: { 'Content-Type': 'application/json' } },
    badJson,
  ],
  ['POST /networks', { body: '{}' }, '400 badRequest Missing Content-Type header field'],
  [
    'POST /networks',
    { body: '{}', headers: { 'Content-Type': 'text/plain' } },
    "400 badRequest Unsupported Content-type: 'text/plain'",
  ],
  // Networks: create.
  ['POST /networks', { json: {} }, '400 badRequest Malformed request'],
  ['POST /networks', { json: { network: {} } }, '400 badRequest Malformed request'],
  ['POST /networks', { json: { network: { name: 'n' } } }, "400 badRequest Missing request parameter 'type'"],
  ['POST /networks', net({ type: null }), "400 badRequest Missing request parameter 'type'"],
  ['POST /networks', net({ type: 'FAST' }), "400 badRequest Invalid network type 'FAST'"],
  ['POST /networks', net({ type: 'CUSTOM' }), "403 forbidden Can not create network of type 'CUSTOM'"],
  ['POST /networks', net({ public: 'False' }), '403 forbidden Can not create a public network.'],
  ['POST /networks', net({ cidr: '10.0.0.10/27' }), '400 badRequest Invalid network IPv4 subnet'],
  ['POST /networks', net({ cidr: '10.0/24' }), '400 badRequest Invalid network IPv4 subnet'],
  ['POST /networks', net({ cidr: null }), '400 badRequest Invalid network IPv4 subnet'],
  ['POST /networks', net({ cidr: '10.0.0.0' }), size],
  ['POST /networks', net({ cidr: 7 }), size],
  ['POST /networks', net({ cidr: '10.0.0.0/22' }), size],
  ['POST /networks', net({ cidr: '10.0.0.0/30' }), size],
  ['POST /networks', net({ cidr: '10.0.0.0/24', gateway: '10.0.1.1' }), '400 badRequest Invalid network IPv4 gateway'],
  ['POST /networks', net({ gateway: 'x' }), '400 badRequest Invalid network IPv4 gateway'],
  ['POST /networks', net({ cidr6: 'fd00::1/64' }), '400 badRequest Invalid network IPv6 subnet'],
  ['POST /networks', net({ cidr6: 'x' }), '400 badRequest Invalid network IPv6 subnet'],
  ['POST /networks', net({ cidr6: 'fd00::/64', gateway6: 'fd01::1' }), '400 badRequest Invalid network IPv6 gateway'],
  ['POST /networks', net({ name: null }), unexpected],
  ['POST /networks', net({ dhcp: null }), unexpected],
  ['POST /networks', net({ name: 'n'.repeat(129) }), unexpected],
  ['POST /networks', { json: [] }, unexpected],
  ['POST /networks', { json: { network: 'n' } }, unexpected],
  // Networks: one.
  ['GET /networks/99', {}, noNetwork],
  ['GET /networks/5', {}, noNetwork],
  ['GET /networks/public', {}, noNetwork],
  ['GET /networks/6', {}, '200'],
  ['PUT /networks/3', { json: {} }, '400 badRequest Malformed request.'],
  ['PUT /networks/3', { json: [] }, '400 badRequest Malformed request.'],
  ['PUT /networks/1', { json: { network: { name: 'n' } } }, '403 forbidden Can not rename the public network.'],
  ['PUT /networks/6', { json: { network: { name: 'n' } } }, '400 badRequest Network has been deleted.'],
  ['DELETE /networks/5', {}, noNetwork],
  ['DELETE /networks/1', {}, '403 forbidden Can not delete the public network.'],
  ['DELETE /networks/6', {}, '400 badRequest Network has been deleted.'],
  ['DELETE /networks/4', {}, '421 networkInUse Machines are connected to network.'],
  // Networks: actions.
  ['POST /networks/3/action', { json: {} }, '400 badRequest Malformed request.'],
  ['POST /networks/3/action', { json: { add: {}, remove: {} } }, '400 badRequest Malformed request.'],
  // Its length is looked at before the network, its keys afterwards.
  ['POST /networks/3/action', { json: [1] }, unexpected],
  ['POST /networks/3/action', { json: 'x' }, unexpected],
  ['POST /networks/3/action', { json: [1, 2] }, '400 badRequest Malformed request.'],
  ['POST /networks/99/action', { json: [1] }, noNetwork],
  ['POST /networks/99/action', { json: 'x' }, noNetwork],
  ['POST /networks/99/action', { json: '' }, '400 badRequest Malformed request.'],
  ['POST /networks/99/action', { json: null }, unexpected],
  ['POST /networks/1/action', { json: [1] }, '403 forbidden Can not modify the public network.'],
  ['POST /networks/3/action', { json: null }, unexpected],
  ['POST /networks/1/action', add(141), '403 forbidden Can not modify the public network.'],
  ['POST /networks/6/action', add(141), '400 badRequest Network has been deleted.'],
  ['POST /networks/3/action', { json: { add: 141 } }, '400 badRequest Invalid argument.'],
  ['POST /networks/3/action', { json: { toString: {} } }, '400 badRequest Unknown action.'],
  ['POST /networks/7/action', add(141), '409 buildInProgress Network not active yet'],
  ['POST /networks/4/action', add(0), '400 badRequest Malformed Request.'],
  ['POST /networks/4/action', { json: { add: {} } }, '400 badRequest Malformed Request.'],
  ['POST /networks/4/action', add('x'), '400 badRequest Invalid server ID.'],
  ['POST /networks/4/action', add([141]), unexpected],
  ['POST /networks/4/action', add(140), noServer],
  ['POST /networks/4/action', add(200), suspended],
  ['POST /networks/4/action', add(202), '503 serviceUnavailable'],
  ['POST /networks/3/action', add(141), '413 overLimit Network is full'],
  ['POST /networks/4/action', remove(undefined), '400 badRequest Malformed Request'],
  ['POST /networks/4/action', remove(7), '400 badRequest Malformed Request'],
  ['POST /networks/4/action', remove('nic-141'), '400 badRequest Malformed Network Interface Id'],
  ['POST /networks/4/action', remove('nic--1'), '400 badRequest Malformed Request.'],
  ['POST /networks/4/action', remove('nic-141-'), '400 badRequest Malformed Request.'],
  ['POST /networks/4/action', remove('nic-x-1'), '400 badRequest Invalid server ID.'],
  ['POST /networks/4/action', remove('nic-140-0'), noServer],
  ['POST /networks/4/action', remove('nic-200-0'), suspended],
  ['POST /networks/4/action', remove('nic-141-2'), '404 itemNotFound NIC not found on VM'],
  ['POST /networks/4/action', remove('nic-141-x'), unexpected],
  ['POST /networks/4/action', remove('nic-202-0'), '503 serviceUnavailable'],
  // Servers.
  ['GET /servers/999', {}, noServer],
  ['GET /servers/140', {}, noServer],
  ['GET /servers/204', {}, '200'],
  ['GET /servers/141/ips/99', {}, noNetwork],
  ['PUT /servers/141', { json: { server: 's' } }, '400 badRequest Malformed request'],
  ['PUT /servers/200', { json: { server: { name: 's' } } }, suspended],
  ['PUT /servers/204', { json: { server: { name: 's' } } }, '204'],
  ['DELETE /servers/200', {}, suspended],
  ['DELETE /servers/204', {}, '400 badRequest VirtualMachine has been deleted.'],
  ['DELETE /servers/201', {}, '409 buildInProgress Server is being build'],
  ['DELETE /servers/202', {}, '503 serviceUnavailable'],
  action(141, {}, '400 badRequest Malformed request'),
  action(141, 'start', '400 badRequest Malformed request'),
  action(141, 's', unexpected),
  action(999, 's', noServer),
  action(999, 7, unexpected),
  action(999, { start: {} }, noServer),
  action(204, { start: {} }, '400 badRequest Server has been deleted.'),
  action(200, { start: {} }, suspended),
  action(141, { resize: {} }, '503 serviceUnavailable Action RESIZE not supported'),
  action(141, { changePassword: {} }, '503 serviceUnavailable Action CHANGEPASSWORD not supported'),
  action(201, { start: {} }, '409 buildInProgress Server is being build.'),
  action(201, { console: { type: 'vnc' } }, '400 badRequest Server not in ACTIVE state.'),
  action(141, { start: null }, '400 badRequest Invalid argument'),
  action(141, { suspend: {} }, '400 badRequest Unknown action'),
  action(141, { start: { now: true } }, '400 badRequest Malformed Request.'),
  action(141, { shutdown: { now: true } }, '400 badRequest Malformed Request.'),
  action(141, { reboot: { type: 'soft' } }, '400 badRequest Malformed Request.'),
  action(141, { console: { type: 'ssh' } }, '400 badRequest Type can only be "vnc".'),
  action(203, { console: { type: 'vnc' } }, '400 badRequest Server not in ACTIVE state.'),
  action(141, { firewallProfile: { profile: 'enabled' } }, '400 badRequest Unsupported firewall profile'),
  action(202, { start: {} }, '503 serviceUnavailable'),
  // Servers: create.
  ['POST /servers', { json: { server: { name: 's' } } }, '400 badRequest Malformed request'],
  ['POST /servers', server({ metadata: [] }), '400 badRequest Malformed request'],
  ['POST /servers', server({ personality: {} }), '400 badRequest Malformed request'],
  ['POST /servers', server({ personality: [{}] }), '400 badRequest Malformed personality in request'],
  [
    'POST /servers',
    server({ personality: Array(6).fill({}) }),
    '413 overLimit Maximum number of personalities exceeded',
  ],
  [
    'POST /servers',
    server({ personality: [{ path: '/a', contents: 'AAAA'.repeat(3414) }] }),
    '413 overLimit Maximum size of personality exceeded',
  ],
  ['POST /servers', server({ flavorRef: 4 }), '404 itemNotFound Flavor not found.'],
  ['POST /servers', server({ flavorRef: 'big' }), '404 itemNotFound Flavor not found.'],
  ['POST /servers', server({ imageRef: 'none' }), '404 itemNotFound'],
  // Metadata, flavors, images.
  ['GET /servers/141/metadata/none', {}, '404 itemNotFound Metadata key not found.'],
  ['DELETE /servers/141/metadata/none', {}, '404 itemNotFound Metadata key not found.'],
  ['POST /servers/141/metadata', { json: { metadata: 'x' } }, '400 badRequest Malformed request'],
  ['POST /servers/141/metadata', { json: { metadata: { a: null } } }, unexpected],
  ['POST /servers/200/metadata', { json: { metadata: {} } }, suspended],
  ['PUT /servers/141/metadata/a', { json: { meta: { b: '1' } } }, '400 badRequest Malformed request'],
  ['PUT /servers/141/metadata/a', { json: { meta: { a: '1', b: '1' } } }, '400 badRequest Malformed request'],
  ['GET /flavors/99', {}, '404 itemNotFound Flavor not found.'],
  ['GET /flavors/4', {}, '200'],
  ['GET /images/none', {}, '404 itemNotFound'],
  ['POST /images', { json: {} }, '501 notImplemented Not supported.'],
  ['DELETE /images/2f4a8d1c-6c1e-4c8e-9d52-0e6f3a9b7c11', {}, '403 forbidden'],
  ['GET /extensions/x', {}, '404'],
]

describe('faults', () => {
  it('come with the status, the name and the message of Cyclades', async () => {
    await using cloud = await prepare()
    const given: string[] = []
    for (const [route, asked] of rows) {
      const reply = await ask(cloud, route, asked)
      given.push(`${route} ${JSON.stringify(asked)} ${inShort(reply)}`)
    }
    expect(given).toEqual(rows.map(([route, asked, expected]) => `${route} ${JSON.stringify(asked)} ${expected}`))
  })

  it('answer to a bad token what the identity service said, as JSON in a string', async () => {
    await using cloud = await startEmbeddedCloud()
    const reply = await ask(cloud, 'GET /networks', { token: 'bad' })
    expect(reply).toMatchObject({ status: 401, json: { fault: { code: 401, message: 'UNAUTHORIZED' } } })
    const unauthorized = { code: 401, message: 'Invalid X-Auth-Token', details: '' }
    expect(JSON.parse(reply.json.fault.details)).toEqual({ unauthorized })
  })

  it('change nothing when a backend is offline: the address is free again', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    cloud.db.addNetwork({ ownerId: 'user-tutorial' })
    cloud.db.server(141).backendOnline = false
    expect((await ask(cloud, 'POST /networks/3/action', add(141))).status).toBe(503)
    expect((await ask(cloud, 'POST /networks/3/action', add(142))).status).toBe(202)
    expect(cloud.db.server(142).nics[1]?.ipv4).toBe('10.77.0.1')
  })

  it('have upper-case reason phrases, JSON and the usual headers', async () => {
    await using cloud = await startEmbeddedCloud()
    const reply = await ask(cloud, 'GET /networks/99')
    expect(reply.reason).toBe('NOT FOUND')
    expect(reply.json).toEqual({ itemNotFound: { code: 404, message: 'Network not found.', details: '' } })
    for (const route of ['GET /networks/99', 'GET /networks', 'DELETE /networks/1', 'HEAD /networks']) {
      const { headers } = await ask(cloud, route)
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=UTF-8',
        'cache-control': 'no-cache, no-store, must-revalidate, max-age=0',
        vary: 'X-Auth-Token, Accept-Language',
        'content-language': 'en-us',
        expires: expect.any(String),
        'last-modified': expect.any(String),
        'content-length': expect.any(String),
      })
    }
  })
})
