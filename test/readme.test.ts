import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { startGateway } from './support/gateway.ts'
import {
  Step3_CreatePrivateNetDocument,
  Step4_CreateOneForEachDocument,
  Step5_ConnectEachDocument,
} from './support/generated/documents.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/```graphql\n(.*?)```\s+```json\n(.*?)```/gs)].map(
  ([, query = '', answer = '']) => ({
    query,
    answer: JSON.parse(answer) as unknown,
  }),
)

it('has examples in the README that answer what it says, in its order', async () => {
  await using gateway = await startGateway()
  const [query, mutation, ...others] = examples
  expect(others).toEqual([])
  expect(await gateway.run(query?.query ?? '')).toEqual(query?.answer)

  await gateway.run(Step3_CreatePrivateNetDocument)
  await gateway.run(Step4_CreateOneForEachDocument)
  await gateway.run(Step5_ConnectEachDocument)
  expect(await gateway.run(mutation?.query ?? '')).toEqual(mutation?.answer)
})
