import { readFileSync } from 'node:fs'
import {
  buildClientSchema,
  buildSchema,
  findBreakingChanges,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'

const sdl = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** As the gateway tells it to a client. */
async function servedSchema() {
  await using gateway = await startGateway()
  const { data, errors } = await gateway.run(getIntrospectionQuery())
  expect(errors).toBeUndefined()
  return buildClientSchema(data as never) // the answer to that very query
}

it('keeps the public contract', async () => {
  expect(findBreakingChanges(buildSchema(sdl('./contract.graphql')), await servedSchema())).toEqual([])
})

it('serves the schema that is published', async () => {
  expect(`${printSchema(lexicographicSortSchema(await servedSchema()))}\n`).toBe(sdl('../../schema.graphql'))
})
