import { serverAudits } from 'graphql-http'
import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'

const auditsOf = (url: string) => serverAudits({ url: `${url}/graphql`, fetchFn: fetch })

/** The names of those that are not passed. */
async function told(url: string): Promise<string[]> {
  const names: string[] = []
  for (const audit of auditsOf(url)) if ((await audit.fn()).status !== 'ok') names.push(audit.name)
  return names
}

it('passes every audit of GraphQL over HTTP, with all limits on', async () => {
  await using gateway = await startGateway()
  expect(await told(gateway.url)).toEqual([])
  expect(auditsOf(gateway.url)).toHaveLength(61)
})

it('passes them as in production too, but for four that send variables in a query of the schema', async () => {
  await using page = await startGateway({ limits: { graphiql: false } })
  expect(await told(page.url)).toEqual([])
  await using closed = await startGateway({ limits: { graphiql: false, introspection: false } })
  const names = await told(closed.url)
  expect([names.length, names.filter((name) => !name.includes('{variables} parameter'))]).toEqual([4, []])
})
