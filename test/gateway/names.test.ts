/** Any name will do in a document, also one that every object of JavaScript has or is asked for. */
import { describe, expect, it } from 'vitest'
import { bytesOf, writtenInTurns } from '../../src/gateway/execution/written.ts'
import { openEvents } from '../support/events.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { createNetwork } from '../support/graph.ts'
import { http } from '../support/http.ts'

const NAMES = [
  'then',
  '__proto__',
  'constructor',
  'toJSON',
  'hasOwnProperty',
  'toString',
  'length',
  'stringify',
  'data',
]

const aliasing = (selection: string) => NAMES.map((name) => `${name}: ${selection}`).join(' ')
/** As text: an object would keep to JavaScript's rules. */
const answering = (json: string) => `{${NAMES.map((name) => `"${name}":${json}`).join(',')}}`

/** It calls the cloud by the host of its URL. */
const start = () => startGateway({ limits: { maxAliases: 1000 } })

/** The answer as it comes over the wire. */
async function textOf(gateway: TestGateway, query: string, variables = '{}'): Promise<string> {
  const { text } = await http(gateway, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  })
  return text
}

const CLOUD = `cloud { ${aliasing('name')} }`
const cloudJson = ({ cloud }: TestGateway) => answering(JSON.stringify(new URL(cloud.url).host))

describe('any alias is answered', () => {
  it('in a query that is planned', async () => {
    await using gateway = await start()
    const query = `{ ${aliasing(CLOUD)} networks { ${aliasing(`nodes { ${aliasing('networkId')} }`)} } }`
    const networks = `,"networks":${answering(`[${answering('"1"')}]`)}}`
    // With lists of the cloud, with kept lists, with a kept answer.
    for (let time = 0; time < 4; time++) {
      expect(await textOf(gateway, query)).toBe(`{"data":${answering(cloudJson(gateway)).slice(0, -1)}${networks}}`)
    }
  })

  it('in a query that is not planned', async () => {
    await using gateway = await start()
    const query = `query ($a: Boolean = true) { ${aliasing(CLOUD)} old: cloud @skip(if: true) @include(if: $a) { name } }`
    expect(await textOf(gateway, query, '{"a":null}')).toBe(`{"data":${answering(cloudJson(gateway))}}`)
  })

  it('in a mutation', async () => {
    await using gateway = await start()
    const made = `... on CreateNetworkSuccess { network { ${aliasing('name')} } ${aliasing('state')} }`
    const query = `mutation { ${aliasing(`createNetwork(input: { name: "lab" }) { ${made} }`)} }`
    const success = `{"network":${answering('"lab"')},${answering('"COMPLETED"').slice(1)}`
    expect(await textOf(gateway, query)).toBe(`{"data":${answering(success)}}`)
  })

  it.each(NAMES)('in an event: %s', async (name) => {
    await using gateway = await start()
    const made = `... on NetworkCreated { network { ${aliasing('name')} } ${aliasing('__typename')} }`
    await using events = await openEvents(gateway, `subscription { ${name}: changes { ${made} } }`)
    await createNetwork(gateway, 'lab')
    const event = `{"network":${answering('"lab"')},${answering('"NetworkCreated"').slice(1)}`
    expect(JSON.stringify(await events.next())).toBe(`{"data":{"${name}":${event}}}`)
  })

  it('in errors, and beside them', async () => {
    await using gateway = await start()
    const query = `{ ${aliasing(CLOUD)} ${NAMES.map((name) => `_${name}: node(id: "Nic:") { ${name}: id }`).join(' ')} }`
    const text = await textOf(gateway, query)
    const nulls = NAMES.map((name) => `"_${name}":null`).join(',')
    expect(text).toContain(`"data":${answering(cloudJson(gateway)).slice(0, -1)},${nulls}}`)
    expect(JSON.parse(text).errors.map(({ path }: { path: string[] }) => path)).toEqual(
      NAMES.map((name) => [`_${name}`]),
    )
  })

  it('in an answer that is written in turns', async () => {
    const result = { data: JSON.parse(answering(`[${answering('{}')},${answering('"text"')},${answering('[null]')}]`)) }
    expect(String((await writtenInTurns(result)).stringify())).toBe(JSON.stringify(result))
    expect(String(bytesOf(result))).toBe(JSON.stringify(result))
  })
})

it.each(NAMES)('any name will do for a fragment and a variable: %s', async (name) => {
  await using gateway = await start()
  const query = `query ($${name}: ID!, $_${name}: Boolean!) { network(id: $${name}) { ...${name} @include(if: $_${name}) } }
    fragment ${name} on Network { name nics { nodes { network { ...${name}Ids } } } }
    fragment ${name}Ids on Network { networkId }`
  const ask = (isIncluded: boolean) => textOf(gateway, query, `{"${name}":"1","_${name}":${isIncluded}}`)
  for (let time = 0; time < 2; time++) {
    expect(JSON.parse(await ask(true)).data.network.nics.nodes[0]).toEqual({ network: { networkId: '1' } })
    expect(await ask(false)).toBe('{"data":{"network":{}}}')
  }
})
