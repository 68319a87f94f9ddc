/** What Synnefo 0.14.10 does with bodies that no well-behaved client sends (Cyclades REST 11). */
import { expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, createNetwork, inShort, type Reply } from './rest.ts'

const JSON_HEADERS = { headers: { 'Content-Type': 'application/json' } }
const unexpected = '500 internalServerError Unexpected error'

const create = (cloud: EmbeddedCloud, more: object): Promise<Reply> =>
  ask(cloud, 'POST /networks', { json: { network: { name: 'n', type: 'MAC_FILTERED', ...more } } })

/** What the answer to the making shows of that field, and what a read shows afterwards. */
async function madeAndRead(cloud: EmbeddedCloud, field: string, value: unknown): Promise<[unknown, unknown]> {
  const made = await create(cloud, { [field]: value })
  expect([field, value, inShort(made)]).toEqual([field, value, '202'])
  const read = await ask(cloud, `GET /networks/${made.json.network.id}`)
  return [made.json.network[field], read.json.network[field]]
}

it('breaks at what the database refuses: NUL, and texts that are too long', async () => {
  await using cloud = await startEmbeddedCloud()
  const rename = (name: string) => ask(cloud, 'PUT /networks/3', { json: { network: { name } } })
  await createNetwork(cloud)
  expect(inShort(await create(cloud, { name: 'a\0b' }))).toBe(unexpected)
  expect(inShort(await rename('a\0b'))).toBe(unexpected)
  expect(inShort(await ask(cloud, 'PUT /servers/141', { json: { server: { name: '\0' } } }))).toBe(unexpected)
  expect(inShort(await create(cloud, { gateway6: 'g'.repeat(65) }))).toBe(unexpected)
  expect(inShort(await create(cloud, { gateway6: '\0' }))).toBe(unexpected)
  expect(inShort(await create(cloud, { cidr: `10.0.0.0/24${' '.repeat(22)}` }))).toBe(unexpected)
  expect(inShort(await create(cloud, { gateway6: 'g'.repeat(64) }))).toBe('202')
  const names = (await ask(cloud, 'GET /networks')).json.networks.map(({ name }: { name: string }) => name)
  expect(names).toEqual(['public_network', 'net', 'n'])
})

it('keeps addresses that Python takes, as they were sent', async () => {
  await using cloud = await startEmbeddedCloud()
  expect(await madeAndRead(cloud, 'cidr', '10.0.0.0/24 ')).toEqual(['10.0.0.0/24 ', '10.0.0.0/24 '])
  expect(await madeAndRead(cloud, 'cidr', '10.0.0.0/+24')).toEqual(['10.0.0.0/+24', '10.0.0.0/+24'])
  expect(await madeAndRead(cloud, 'cidr6', 5)).toEqual([5, '5'])
  expect(await madeAndRead(cloud, 'cidr6', 'fd00::/64 ')).toEqual(['fd00::/64 ', 'fd00::/64 '])
  expect(await madeAndRead(cloud, 'cidr6', '')).toEqual(['', ''])
  expect(await madeAndRead(cloud, 'gateway6', 5)).toEqual([5, '5'])
  for (const cidr6 of [-1, 1e40, 1.5, ['fd00::/64'], 'fd00::/129', 'fd00::/-1'])
    expect([cidr6, inShort(await create(cloud, { cidr6 }))]).toEqual([
      cidr6,
      '400 badRequest Invalid network IPv6 subnet',
    ])
})

it('echoes what is no text, and stores the text that Python makes of it', async () => {
  await using cloud = await startEmbeddedCloud()
  expect(await madeAndRead(cloud, 'dhcp', 'false')).toEqual(['false', true])
  expect(await madeAndRead(cloud, 'dhcp', [])).toEqual([[], false])
  const names: [sent: unknown, stored: string][] = [
    [7, '7'],
    [1.5, '1.5'],
    [true, 'True'],
    [[1, null, 'a'], "[1, None, u'a']"],
    [{ a: { b: false } }, "{u'a': {u'b': False}}"],
    [["it's"], '[u"it\'s"]'],
    [['\'"'], "[u'\\'\"']"],
    [['ä€😀\n\\'], String.raw`[u'\xe4\u20ac\U0001f600\n\\']`],
    ['ä', 'ä'],
  ]
  for (const [sent, stored] of names) expect(await madeAndRead(cloud, 'name', sent)).toEqual([sent, stored])
  await ask(cloud, 'PUT /networks/3', { json: { network: { name: { new: 1 } } } })
  expect((await ask(cloud, 'GET /networks/3')).json.network.name).toBe("{u'new': 1}")
})

it('stores metadata as text, and echoes the one value that was put', async () => {
  await using cloud = await startEmbeddedCloud()
  const at = '/servers/141/metadata'
  const merged = await ask(cloud, `POST ${at}`, { json: { metadata: { on: true } } })
  expect(merged.json.metadata.on).toBe('True')
  expect((await ask(cloud, `PUT ${at}/off`, { json: { meta: { off: false } } })).json).toEqual({ meta: { off: false } })
  expect((await ask(cloud, `GET ${at}`)).json.metadata).toMatchObject({ on: 'True', off: 'False' })
})

it('writes a type that is no text as Python does', async () => {
  await using cloud = await startEmbeddedCloud()
  const types: [sent: unknown, written: string][] = [
    [[], '[]'],
    [{}, '{}'],
    [['MAC_FILTERED'], "[u'MAC_FILTERED']"],
    [false, 'False'],
    [7, '7'],
  ]
  for (const [type, written] of types)
    expect(inShort(await create(cloud, { type }))).toBe(`400 badRequest Invalid network type '${written}'`)
})

it('takes NaN and the infinities for numbers, outside of texts', async () => {
  await using cloud = await startEmbeddedCloud()
  const post = (body: string, path = '/networks') => ask(cloud, `POST ${path}`, { body, ...JSON_HEADERS })
  const named = (name: string) => post(`{"network": {"name": ${name}, "type": "MAC_FILTERED", "dhcp": NaN}}`)
  for (const name of ['NaN', '-Infinity', '["NaN", Infinity]', '"NaN \\"NaN"'])
    expect([name, inShort(await named(name))]).toEqual([name, '202'])
  const { networks } = (await ask(cloud, 'GET /networks/detail')).json
  expect(networks.slice(1).map(({ name }: { name: string }) => name)).toEqual([
    'nan',
    '-inf',
    "[u'NaN', inf]",
    'NaN "NaN',
  ])
  expect(networks.at(-1).dhcp).toBe(true)
  for (const name of ['-NaN', 'nan', '1NaN', '"a"NaN', '"NaN'])
    expect([name, inShort(await named(name))]).toEqual([name, '400 badRequest Invalid JSON data'])
  const add = (serverRef: string) => post(`{"add": {"serverRef": ${serverRef}}}`, '/networks/3/action')
  expect(inShort(await add('NaN'))).toBe('400 badRequest Invalid server ID.')
  expect(inShort(await add('Infinity'))).toBe(unexpected)
})
