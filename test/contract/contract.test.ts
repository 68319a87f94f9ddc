import { readFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges } from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../../src/schema/index.ts'

const contract = buildSchema(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'))

/** Not built yet. Whoever builds one of these takes it off the list; nothing is ever added. */
const notYet = [
  'Change was removed.',
  'NetworkCreated was removed.',
  'NetworkDeleted was removed.',
  'NetworkUpdated was removed.',
  'NicConnected was removed.',
  'NicDisconnected was removed.',
  'NicRenamed was removed.',
  'ServerCreated was removed.',
  'ServerDeleted was removed.',
  'ServerUpdated was removed.',
  'Subscription was removed.',
]

it('keeps the public contract, but for what is not built yet', () => {
  const missing = findBreakingChanges(contract, schema).map(({ description }) => description)
  expect(missing.sort()).toEqual([...notYet].sort())
})
