import { expect, it } from 'vitest'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { ask, inShort } from './rest.ts'

const none = '400 badRequest API endpoint not found'
const noNetwork = '404 itemNotFound Network not found.'

const rows: [route: string, expected: string][] = [
  ['GET /networks', '200'],
  ['GET /networks/', '200'],
  ['GET /networks.json', '200'],
  ['GET /networks.xml', '200'],
  ['GET /networks/detail', '200'],
  ['GET /networks/detail.json', '200'],
  ['GET /networks/detail/', none],
  ['POST /networks/detail', '400 badRequest Method not allowed'],
  ['GET /networks/1', '200'],
  ['GET /networks/1.json', '200'],
  ['GET /networks/1/', none],
  ['POST /networks/1/action/', none],
  ['GET /networks/abc', noNetwork],
  ['GET /networks/%C3%A4', noNetwork],
  ['GET /networks/%CE%91_1', noNetwork],
  ['GET /networks/a-b', none],
  ['GET /networks/.json', none],
  // The dot is any character, where a longer id does not take it first.
  ['GET /networksxjson', '200'],
  ['GET /networks/detailxjson', '200'],
  ['GET /networks/1-json', '200'],
  ['GET /networks/1xjson', noNetwork],
  ['GET /networksxyjson', none],
  ['GET /servers/141xxml', '200'],
  ['GET /servers/141/ips/1-json', '200'],
  ['GET /servers/%C3%A4', none],
  ['GET /servers/', '200'],
  ['GET /servers/abc', none],
  ['GET /servers/141.json', '200'],
  ['GET /servers/141/ips', '200'],
  ['GET /servers/141/ips/', none],
  ['GET /servers/141/ips/1', '200'],
  ['GET /servers/141/ips/1.json', '200'],
  ['GET /servers/141/ips/1/', noNetwork],
  ['GET /servers/141/metadata/', none],
  ['GET /servers/141/metadata/OS', '200'],
  ['GET /servers/141/metadata/a/b', '404 itemNotFound Metadata key not found.'],
  ['GET /servers/141/stats', '200'],
  ['GET /servers/141/diagnostics.json', '200'],
  ['GET /servers/141/diagnostics.xml', none],
  ['GET /servers/141/diagnostics-json', '200'],
  ['GET /flavors/', '200'],
  ['GET /flavors/abc', none],
  ['GET /images/', '200'],
  ['GET /images/%zz', none],
  ['GET /extensions', '200'],
  ['GET /', '200'],
  ['GET ', none],
  ['GET ^/compute/', '200'],
  ['GET ^/compute', none],
  ['GET ^/elsewhere', none],
  ['HEAD /networks', '400'],
  ['OPTIONS /networks', '400 badRequest Method not allowed'],
  ['GET /networks?format=xml', '200'],
]

it('takes the URLs that Cyclades takes, and no others', async () => {
  await using cloud = await startEmbeddedCloud()
  const given = []
  for (const [route] of rows) given.push([route, inShort(await ask(cloud, route))])
  expect(given).toEqual(rows)
})

it('describes its version at the base URL and above, with links to more at the base alone', async () => {
  await using cloud = await startEmbeddedCloud()
  const { version } = (await ask(cloud, 'GET /')).json
  expect(version).toMatchObject({ id: 'v2.0', status: 'CURRENT' })
  expect(version.links.map(({ rel }: { rel: string }) => rel)).toEqual(['self', 'describedby', 'describedby'])
  expect(version['media-types']).toEqual([
    { base: 'application/xml', type: 'application/vnd.openstack.compute.v2+xml' },
    { base: 'application/json', type: 'application/vnd.openstack.compute.v2+json' },
  ])
  const { versions } = (await ask(cloud, 'GET ^/compute/')).json
  const { links, 'media-types': _types, ...entry } = version
  expect(versions).toEqual([{ ...entry, links: links.slice(0, 1) }])
})

it('logs a URL under the route that it was taken for', async () => {
  await using cloud = await startEmbeddedCloud()
  for (const path of ['/networksxjson', '/networks/1-json', '/servers/141/ips/1.xml', '/networks/a-b'])
    await ask(cloud, `GET ${path}`)
  expect(cloud.requests.map(({ route }) => route)).toEqual([
    'GET /networks',
    'GET /networks/:id',
    'GET /servers/:id/ips/:key',
    null,
  ])
})

it('lets the token of the query win over the header, but not an empty one', async () => {
  await using cloud = await startEmbeddedCloud()
  const own = await ask(cloud, 'GET /servers/141?X-Auth-Token=embedded-token', { token: 'bad' })
  expect(own.status).toBe(200)
  expect((await ask(cloud, 'GET /servers/141?X-Auth-Token=other-token')).status).toBe(404)
  expect((await ask(cloud, 'GET /servers/141?X-Auth-Token=')).status).toBe(200)
  expect((await ask(cloud, 'GET /servers/141?x-auth-token=embedded-token', { token: null })).status).toBe(401)
  expect(JSON.stringify(cloud.requests)).not.toContain('-token')
})

it('writes text that is not ASCII as escapes', async () => {
  await using cloud = await startEmbeddedCloud()
  await ask(cloud, 'PUT /servers/141', { json: { server: { name: 'Διακομιστής 😀' } } })
  const { text, json } = await ask(cloud, 'GET /servers/141')
  expect(text).toContain('"\\u0394')
  expect(json.server.name).toBe('Διακομιστής 😀')
})
