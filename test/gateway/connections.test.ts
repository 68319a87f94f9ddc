import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import {
  DisconnectNicDocument,
  type NetworkFilter,
  NetworksPageDocument,
  type NetworksPageQueryVariables,
  NicsPageDocument,
  type NicsPageQueryVariables,
  type ServerFilter,
  ServersPageDocument,
  type ServersPageQueryVariables,
} from '../support/generated/documents.ts'
import { threeNics } from '../support/graph.ts'

const ownerId = 'user-tutorial'
const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`).sort()

interface Connection<Row> {
  readonly totalCount: number
  readonly pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  readonly nodes: readonly Row[]
}

/** A page in short: the ids, whether more is before and behind, and the cursors at its ends. */
function short<Row>(connection: Connection<Row> | null | undefined, id: (row: Row) => string) {
  if (!connection) throw new Error('no page')
  const { nodes, pageInfo, totalCount } = connection
  return {
    ids: nodes.map(id).join(' '),
    totalCount,
    before: pageInfo.hasPreviousPage,
    after: pageInfo.hasNextPage,
    start: pageInfo.startCursor,
    end: pageInfo.endCursor,
  }
}

async function networks({ run }: TestGateway, variables: NetworksPageQueryVariables = {}) {
  const { data, errors } = await run(NetworksPageDocument, variables)
  expect(errors).toBeUndefined()
  return short(data?.networks, ({ networkId }) => networkId)
}

async function servers({ run }: TestGateway, variables: ServersPageQueryVariables = {}) {
  const { data, errors } = await run(ServersPageDocument, variables)
  expect(errors).toBeUndefined()
  return short(data?.servers, ({ serverId }) => serverId)
}

async function nics({ run }: TestGateway, variables: NicsPageQueryVariables) {
  const { data, errors } = await run(NicsPageDocument, variables)
  expect(errors).toBeUndefined()
  return short(data?.network?.nics, ({ nicId }) => nicId)
}

/** Networks 1 (public, all servers), 9 (141), 10 (141, 142), 11 (none); servers 9 (stopped), 10, 141, 142. */
async function mixed(maxPageRows?: number) {
  const gateway = await startGateway(maxPageRows === undefined ? {} : { maxPageRows })
  const { db } = gateway.cloud
  const at = (seconds: number) => ({ created: seconds * 1e6, updated: (100 - seconds) * 1e6 })
  db.addNetwork({ ownerId, id: 10, name: 'Tier' })
  db.addNetwork({ ownerId, id: 9, name: 'tier 10' })
  db.addNetwork({ ownerId, id: 11, name: 'tier 9', status: 'PENDING' })
  db.addServer({ ownerId, id: 10, name: 'box' })
  db.addServer({ ownerId, id: 9, name: 'box', status: 'STOPPED' })
  for (const id of [9, 10]) db.connect(id, 1)
  db.connect(141, 9)
  for (const id of [141, 142]) db.connect(id, 10)
  // Of 9 and 10 created and updated are the same.
  for (const [row, seconds] of [
    [1, 40],
    [9, 20],
    [10, 20],
    [11, 30],
  ] as const)
    Object.assign(db.network(row), at(seconds))
  for (const [row, seconds] of [
    [9, 20],
    [10, 20],
    [141, 50],
    [142, 30],
  ] as const)
    Object.assign(db.server(row), at(seconds))
  return gateway
}

describe('a filter of networks', () => {
  it.each<[filter: NetworkFilter | null, ids: string]>([
    [null, '1 9 10 11'],
    [{}, '1 9 10 11'],
    [{ ids: null, nameContains: null, status: null, public: null, serverId: null, unused: null }, '1 9 10 11'],
    [{ ids: ['10', 'Network:9', '999'] }, '9 10'],
    [{ ids: [] }, ''],
    [{ nameContains: 'TIER' }, '9 10 11'],
    [{ nameContains: '' }, '1 9 10 11'],
    [{ nameContains: '%' }, ''],
    [{ status: ['PENDING'] }, '11'],
    [{ status: ['PENDING', 'ACTIVE'] }, '1 9 10 11'],
    [{ status: [] }, ''],
    [{ public: true }, '1'],
    [{ public: false }, '9 10 11'],
    [{ serverId: '141' }, '1 9 10'],
    [{ serverId: 'Server:10' }, '1'],
    [{ serverId: '999' }, ''],
    [{ unused: true }, '11'],
    [{ unused: false }, '1 9 10'],
    [{ public: false, serverId: '141', nameContains: '10' }, '9'],
    [{ ids: ['1', '11'], unused: false }, '1'],
  ])('%j answers %s', async (filter, ids) => {
    await using gateway = await mixed()
    const count = ids.split(' ').filter((id) => id !== '').length
    expect(await networks(gateway, { filter })).toMatchObject({ ids, totalCount: count, before: false, after: false })
    expect(calls(gateway.cloud)).toEqual(['GET /networks/detail'])
  })

  it('counts what fits, not what is on the page', async () => {
    await using gateway = await mixed()
    const page = await networks(gateway, { filter: { public: false }, first: 1 })
    expect(page).toMatchObject({ ids: '9', totalCount: 3, before: false, after: true })
  })
})

describe('a filter of servers', () => {
  it.each<[filter: ServerFilter | null, ids: string]>([
    [null, '9 10 141 142'],
    [{ ids: null, nameContains: null, status: null, networkId: null }, '9 10 141 142'],
    [{ ids: ['Server:142', '9', '140'] }, '9 142'],
    [{ ids: [] }, ''],
    [{ nameContains: 'SERVER' }, '141 142'],
    [{ status: ['STOPPED'] }, '9'],
    [{ status: ['ERROR', 'ACTIVE'] }, '10 141 142'],
    [{ networkId: '10' }, '141 142'],
    [{ networkId: 'Network:9' }, '141'],
    [{ networkId: '11' }, ''],
    [{ networkId: '1', status: ['ACTIVE'], nameContains: 'box' }, '10'],
  ])('%j answers %s', async (filter, ids) => {
    await using gateway = await mixed()
    const count = ids.split(' ').filter((id) => id !== '').length
    expect(await servers(gateway, { filter })).toMatchObject({ ids, totalCount: count, before: false, after: false })
    expect(calls(gateway.cloud)).toEqual(['GET /servers/detail'])
  })
})

describe('an order', () => {
  it.each([
    ['ID', '1 9 10 11', '9 10 141 142'],
    ['NAME', '1 10 11 9', '9 10 142 141'],
    ['CREATED_AT', '9 10 11 1', '9 10 142 141'],
    ['UPDATED_AT', '1 11 9 10', '141 142 9 10'],
  ] as const)('by %s has ties by numeric id, and is turned round', async (field, networkIds, serverIds) => {
    await using gateway = await mixed()
    const reversed = (ids: string) => ids.split(' ').reverse().join(' ')
    const ascending = { orderBy: { field } }
    const descending = { orderBy: { field, direction: 'DESC' } } as const
    expect((await networks(gateway, ascending)).ids).toBe(networkIds)
    expect((await networks(gateway, descending)).ids).toBe(reversed(networkIds))
    expect((await servers(gateway, ascending)).ids).toBe(serverIds)
    expect((await servers(gateway, descending)).ids).toBe(reversed(serverIds))
  })

  it.each(['ID', 'NAME', 'CREATED_AT', 'UPDATED_AT'] as const)(
    'by %s is the same row by row, both ways',
    async (field) => {
      await using gateway = await mixed()
      for (const direction of ['ASC', 'DESC'] as const) {
        const orderBy = { field, direction }
        const { ids: all } = await networks(gateway, { orderBy })
        const forwards: string[] = []
        for (let page = await networks(gateway, { orderBy, first: 1 }); ; ) {
          forwards.push(page.ids)
          if (!page.after) break
          page = await networks(gateway, { orderBy, first: 1, after: page.end })
        }
        const backwards: string[] = []
        for (let page = await networks(gateway, { orderBy, last: 1 }); ; ) {
          backwards.unshift(page.ids)
          if (!page.before) break
          page = await networks(gateway, { orderBy, last: 1, before: page.start })
        }
        expect([forwards.join(' '), backwards.join(' ')]).toEqual([all, all])
      }
    },
  )
})

describe('a cursor', () => {
  it('holds its place while rows come and go', async () => {
    await using gateway = await mixed()
    const { db } = gateway.cloud
    const orderBy = { field: 'NAME' } as const // 1 10 11 9
    const { end } = await networks(gateway, { orderBy, first: 2 })
    Object.assign(db.network(10), { status: 'DELETED', updated: db.now() }) // its own row
    db.addNetwork({ ownerId, id: 12, name: 'tier 1' }) // behind it
    db.addNetwork({ ownerId, id: 13, name: 'a' }) // before it
    const next = await networks(gateway, { orderBy, first: 2, after: end })
    expect(next).toMatchObject({ ids: '12 11', totalCount: 5, before: true, after: true })
    const earlier = await networks(gateway, { orderBy, last: 9, before: end })
    expect(earlier).toMatchObject({ ids: '13 1', before: false, after: true })
  })

  it('of a nic names that nic after a renumbering, and its place when it is gone', async () => {
    await using gateway = await startGateway()
    const { networkIds } = await threeNics(gateway)
    const [, , id] = networkIds
    for (const serverId of [141, 142]) gateway.cloud.db.connect(serverId, id)
    expect((await nics(gateway, { id })).ids).toBe('nic-141-3 nic-141-4 nic-142-1')
    const { end } = await nics(gateway, { id, first: 1 })

    await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-1' } })
    expect(await nics(gateway, { id, after: end })).toMatchObject({ ids: 'nic-141-3 nic-142-1', before: true })
    const second = await nics(gateway, { id, first: 1, after: end })

    await gateway.run(DisconnectNicDocument, { input: { nicId: 'nic-141-3' } })
    expect(await nics(gateway, { id, after: second.end })).toMatchObject({
      ids: 'nic-142-1',
      before: true,
      after: false,
    })
    expect(await nics(gateway, { id, last: 1, before: second.end })).toMatchObject({ ids: 'nic-141-2', after: true })
  })

  it('of another order or list is refused by each list, and costs root lists no call', async () => {
    await using gateway = await mixed()
    for (const serverId of [141, 142]) gateway.cloud.db.connect(serverId, 9)
    const onNetwork = (id: number) => (connection: string) => `network(id: ${id}) { ${connection} }`
    /** Of each list, its field and what stands around it. */
    const lists: [name: string, field: string, around: (connection: string) => string][] = [
      ['networks', 'networks(', (field) => field],
      ['networks by name', 'networks(orderBy: { field: NAME, direction: DESC }, ', (field) => field],
      ['networks by name, forwards', 'networks(orderBy: { field: NAME, direction: ASC }, ', (field) => field],
      ['servers', 'servers(', (field) => field],
      ['servers by name', 'servers(orderBy: { field: NAME }, ', (field) => field],
      ['nics of 1', 'nics(', onNetwork(1)],
      ['nics of 9', 'nics(', onNetwork(9)],
      ['servers of 1', 'servers(', onNetwork(1)],
      ['servers of 9', 'servers(', onNetwork(9)],
    ]
    const ask = ([, field, around]: (typeof lists)[number], page: string) =>
      gateway.run<object, object>(`{ ${around(`${field}${page}) { pageInfo { endCursor } }`)} }`)
    const cursors = new Map([
      ['no list', 'nonsense'],
      ['nothing', ''],
    ])
    for (const list of lists) {
      const { data } = await ask(list, 'first: 1')
      cursors.set(list[0], /"endCursor":"([^"]+)"/.exec(JSON.stringify(data))?.[1] ?? 'none')
    }
    const own = cursors.get('networks') ?? ''
    const [, ...rest] = JSON.parse(Buffer.from(own, 'base64url').toString())
    cursors.set('networks with something behind', `${own}!!`)
    cursors.set(
      'networks in another form',
      Buffer.from(JSON.stringify(['networks ID ASC', ...rest], null, 1)).toString('base64url'),
    )
    cursors.set('networks and more', Buffer.from(JSON.stringify(['networks ID ASC', ...rest, 1])).toString('base64url'))
    for (const list of lists) {
      for (const [of, cursor] of cursors) {
        for (const argument of ['after', 'before']) {
          gateway.cloud.clearRequests()
          const { errors } = await ask(list, `${argument}: ${JSON.stringify(cursor)}`)
          const told = errors?.map(({ extensions }) => extensions)
          if (of === list[0]) expect(told, of).toBeUndefined()
          else expect(told, `${of} in ${list[0]}`).toMatchObject([{ code: 'INVALID_INPUT', path: [argument] }])
          if (of !== list[0] && !list[0].includes(' of ')) expect(calls(gateway.cloud)).toEqual([])
        }
      }
    }
  })
})

describe('the page ceiling', () => {
  it('cuts every connection, from the end that is asked for, and says so', async () => {
    await using gateway = await mixed(3)
    expect(await networks(gateway)).toMatchObject({ ids: '1 9 10', totalCount: 4, before: false, after: true })
    expect(await networks(gateway, { first: 4 })).toMatchObject({ ids: '1 9 10', before: false, after: true })
    const last = await servers(gateway, { last: 4 })
    expect(last).toMatchObject({ ids: '10 141 142', totalCount: 4, before: true, after: false })
    expect(await servers(gateway, { before: last.start })).toMatchObject({ ids: '9', before: false, after: true })
    const page = await nics(gateway, { id: '1' })
    expect(page).toMatchObject({ ids: 'nic-9-0 nic-10-0 nic-141-0', totalCount: 4, after: true })
    expect(await nics(gateway, { id: '1', after: page.end })).toMatchObject({
      ids: 'nic-142-0',
      before: true,
      after: false,
    })
  })

  it('does not cut what just fits', async () => {
    await using gateway = await mixed(4)
    expect(await networks(gateway)).toMatchObject({ ids: '1 9 10 11', before: false, after: false })
  })
})
