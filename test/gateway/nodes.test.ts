import { describe, expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { startGateway } from '../support/gateway.ts'
import { DisconnectNicDocument, NodeNamesDocument } from '../support/generated/documents.ts'
import { nicsOf, threeNics } from '../support/graph.ts'

const ownerId = 'user-tutorial'
const calls = ({ requests }: EmbeddedCloud) => requests.map(({ method, path }) => `${method} ${path}`).sort()

/** Networks 1, 9, 10 and 11, servers 9, 141 and 142. */
async function mixed() {
  const gateway = await startGateway()
  const { db } = gateway.cloud
  db.addNetwork({ ownerId, id: 10, name: 'Tier' })
  for (const id of [9, 11]) db.addNetwork({ ownerId, id })
  db.addServer({ ownerId, id: 9, name: 'box' })
  return gateway
}

describe('nodes', () => {
  const key = 'Nic:AA:00:00:23:0D:59'
  it.each([
    [
      ['Network:1', 'Server:141'],
      ['GET /networks/1', 'GET /servers/141'],
    ],
    [
      ['Network:1', 'Network:1', 'Network:10'],
      ['GET /networks/1', 'GET /networks/10'],
    ],
    [
      ['Server:141', key, 'Network:1'],
      ['GET /networks/1', 'GET /servers/detail'],
    ],
    [Array.from({ length: 50 }, (_, n) => `Network:${n}`), ['GET /networks/detail']],
    [[], []],
  ])('%j costs %j', async (ids, expected) => {
    await using gateway = await mixed()
    const { data, errors } = await gateway.run(NodeNamesDocument, { ids })
    expect(errors).toBeUndefined()
    expect(data?.nodes).toHaveLength(ids.length)
    expect(calls(gateway.cloud)).toEqual(expected)
  })

  it('come in the order asked for, null where nothing is and an error where no id is', async () => {
    await using gateway = await mixed()
    const ids = [key, 'Server:140', 'Network:10', '10', 'Server:9', 'Network:999', 'Nic:aa:00:00:00:00:00', 'Server:09']
    const { data, errors } = await gateway.run(NodeNamesDocument, { ids })
    expect(data?.nodes).toEqual([
      { __typename: 'Nic', nicId: 'nic-141-0' },
      null,
      { __typename: 'Network', name: 'Tier' },
      null,
      { __typename: 'Server', name: 'box' },
      null,
      null,
      null,
    ])
    expect(errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['nodes', 3], 'INVALID_INPUT'],
      [['nodes', 7], 'INVALID_INPUT'],
    ])
  })

  it('know a nic by its id after a renumbering', async () => {
    await using gateway = await startGateway()
    const { nics: made } = await threeNics(gateway)
    const ids = made.map(({ id }) => id)
    await gateway.run(DisconnectNicDocument, { input: { nicId: ids[0] as string } })
    const { data } = await gateway.run(NodeNamesDocument, { ids })
    expect(data?.nodes).toEqual([
      null,
      { __typename: 'Nic', nicId: 'nic-141-1' },
      { __typename: 'Nic', nicId: 'nic-141-2' },
    ])
    const one = await gateway.run(`{ node(id: "${ids[2]}") { id ... on Nic { nicId } } }`)
    expect(one).toEqual({ data: { node: { id: ids[2], nicId: 'nic-141-2' } } })
    expect((await nicsOf(gateway, '141')).map(({ nicId }) => nicId)).toEqual(['nic-141-0', 'nic-141-1', 'nic-141-2'])
  })
})
