import { readFileSync } from 'node:fs'
import { type DocumentNode, getOperationAST, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import * as documents from '../support/generated/documents.ts'
import { threeNics } from '../support/graph.ts'

/** One value for every variable that the queries of the tests and examples have. */
const variables: Record<string, unknown> = {
  id: 'Network:1',
  ids: ['Network:1', 'Server:141', 'Network:999'],
  serverId: '141',
  networkId: '3',
  first: 2,
  orderBy: { field: 'NAME' },
  filter: null,
}

const queries = Object.entries<DocumentNode>(documents)
  .filter(([, document]) => getOperationAST(document)?.operation === 'query')
  .map(([name, document]) => ({ name, document }))

const read = (name: string) => readFileSync(new URL(`../../examples/${name}.graphql`, import.meta.url), 'utf8')

/** A compiled query tells no locations of errors. */
const withoutLocations = ({ errors, ...answer }: { errors?: readonly object[] | undefined }) => ({
  ...answer,
  ...(errors && { errors: errors.map((error) => ({ ...error, locations: undefined })) }),
})

describe('a query that is sent again, and so compiled', () => {
  it.each(queries)('answers as the ordinary executor does: $name', async ({ document }) => {
    await using gateway = await startGateway()
    await threeNics(gateway)
    const names = getOperationAST(document)?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? []
    const values = Object.fromEntries(names.filter((name) => name in variables).map((name) => [name, variables[name]]))
    const text = print(document)
    const first = await gateway.run(text, values as never)
    expect(first.data ?? first.errors).toBeTruthy()
    for (let i = 0; i < 3; i++) {
      expect(withoutLocations(await gateway.run(text, values as never))).toEqual(withoutLocations(first))
    }
  })

  it('is the one that is named, in a document of many, and never a mutation', async () => {
    await using gateway = await startGateway()
    const tutorial = read('tutorial')
    for (let i = 0; i < 4; i++) {
      const networks = await gateway.run(tutorial, undefined as never, { operationName: 'Step2_Networks' })
      expect(networks).toEqual({
        data: { networks: { nodes: [{ networkId: '1', name: 'public_network', public: true }] } },
      })
      const server = await gateway.run(tutorial, undefined as never, { operationName: 'Step15_WhatIsThere' })
      expect(server.data).toMatchObject({ server: { nics: [{ nicId: 'nic-141-0' }] } })
    }
    expect(gateway.cloud.requests.filter(({ method }) => method !== 'GET')).toEqual([])

    for (const networkId of ['3', '4']) {
      const created = await gateway.run(tutorial, undefined as never, { operationName: 'Step3_CreatePrivateNet' })
      expect(created.data).toMatchObject({ createNetwork: { network: { networkId } } })
    }
  })

  it('takes its variables by the rules of GraphQL: defaults, nulls, absent ones and wrong ones', async () => {
    await using gateway = await startGateway()
    const text = `query ($orderBy: NetworkOrder, $first: Int = 1, $name: Boolean!) {
      networks(orderBy: $orderBy, first: $first) { nodes { networkId name @include(if: $name) } }
    }`
    for (const values of [
      { name: true },
      { name: false, first: null },
      { name: true, orderBy: { field: 'NAME' } },
      { name: true, orderBy: { field: 'SIZE' } },
      {},
    ]) {
      const fresh = await gateway.run(`# ${JSON.stringify(values)}\n${text}`, values as never)
      for (let i = 0; i < 3; i++) {
        expect(withoutLocations(await gateway.run(text, values as never))).toEqual(withoutLocations(fresh))
      }
    }
  })
})
