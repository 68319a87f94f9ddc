import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { http, inUrl } from '../support/http.ts'

const query = '{ networks { totalCount } }'
const json = { 'content-type': 'application/json' }
const send = (body: string, headers: Record<string, string> = {}) =>
  ({ method: 'POST', body, headers: { ...json, ...headers } }) as const

const PAGES = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
}

const ALWAYS = {
  'cache-control': 'private, no-store',
  vary: 'Accept, Authorization, Origin, X-Auth-Token',
}

it('answers of GraphQL may not be kept by any cache, whatever they are', async () => {
  await using gateway = await startGateway({ limits: { maxBodyBytes: 2000 } })
  const answers = [
    await http(gateway, '/graphql', send(JSON.stringify({ query }))),
    await http(gateway, '/graphql', send(JSON.stringify({ query }))),
    await http(gateway, '/graphql', send(JSON.stringify({ query }))), // by now the one before, given again
    await http(gateway, inUrl(query)),
    await http(gateway, '/graphql', send(JSON.stringify({ query }), { accept: 'text/event-stream' })),
    await http(gateway, '/graphql', send('{"que')),
    await http(gateway, '/graphql', send(JSON.stringify({ query }), { 'sec-fetch-site': 'cross-site' })),
    await http(gateway, '/graphql', send(JSON.stringify({ query }), { host: 'elsewhere.example' })),
    await http(gateway, '/graphql', send('x'.repeat(2001))),
    await http(gateway, '/graphql', { method: 'PUT' }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 400, 403, 421, 413, 405])
  for (const { headers } of answers) expect(headers).toMatchObject(ALWAYS)
})

it('pages are what they say that they are, and are shown in no frame', async () => {
  await using gateway = await startGateway()
  const html = { headers: { accept: 'text/html' } }
  for (const path of ['/graphql', '/', '/elsewhere']) {
    expect((await http(gateway, path, html)).headers).toMatchObject({ ...ALWAYS, ...PAGES })
  }
  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    const { headers } = await http(gateway, path)
    expect(headers).toMatchObject({ ...PAGES, 'cache-control': 'no-store' })
  }
})
