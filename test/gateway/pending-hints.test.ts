import { parse, validate } from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../../src/schema/index.ts'
import { startGateway } from '../support/gateway.ts'
import { connect, createNetwork } from '../support/graph.ts'

const selection = '{ __typename ... on Error { hints } ... on %Success { state hints } }'

it.each([
  ['connectServer', (networkId: string) => `serverId: "141", networkId: "${networkId}"`],
  ['disconnectNic', () => 'nicId: "nic-142-1"'],
  ['disconnectServer', (networkId: string) => `serverId: "142", networkId: "${networkId}"`],
  ['deleteNetwork', () => 'networkId: "4"'],
  ['setFirewallProfile', () => 'serverId: "141", profile: ENABLED'],
])('says where to look while %s is pending, and nothing more once it is done', async (mutation, input) => {
  await using gateway = await startGateway()
  const networkId = await createNetwork(gateway)
  await connect(gateway, '142', networkId)
  // Network 4 has had a nic, so its deletion takes a job.
  const used = await createNetwork(gateway)
  await connect(gateway, '142', used)
  await gateway.run(`mutation { disconnectNic(input: { nicId: "nic-142-2" }) { __typename } }`)
  expect(used).toBe('4')

  const success = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`
  const ask = (waitUntil: string) =>
    gateway.run<Record<string, { state: string; hints: string[] }>, never>(
      `mutation { ${mutation}(input: { ${input(networkId)}, waitUntil: ${waitUntil} }) ${selection.replace('%', success)} }`,
    )
  gateway.cloud.jobs.hold()
  const pending = (await ask('ACCEPTED')).data?.[mutation]
  expect(pending?.state).toBe('PENDING')
  const operations = pending?.hints.filter((hint) => hint.startsWith('{')) ?? []
  expect(operations).toHaveLength(1)
  for (const operation of operations) expect(validate(schema, parse(operation))).toEqual([])

  gateway.cloud.jobs.release()
  await gateway.cloud.jobs.settle()
  if (mutation === 'connectServer' || mutation === 'setFirewallProfile') {
    expect((await ask('COMPLETED')).data?.[mutation]).toMatchObject({ state: 'COMPLETED', hints: [] })
  }
})
