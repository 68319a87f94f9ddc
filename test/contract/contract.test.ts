import { readFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges } from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../../src/schema/index.ts'

const contract = buildSchema(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'))

it('keeps the public contract', () => {
  expect(findBreakingChanges(contract, schema)).toEqual([])
})
