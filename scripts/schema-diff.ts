/**
 * Tells what has changed in the schema since the last release (test/contract/released.graphql), and ends with 1 where a client
 * could break. A new member of a result union is not such a change: every client is to select `... on Error`.
 */
import { readFileSync } from 'node:fs'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'

const read = (path: string) => buildSchema(readFileSync(new URL(path, import.meta.url), 'utf8'))

const changes = await diff(read('../test/contract/released.graphql'), read('../schema.graphql'))
for (const { criticality, message } of changes) console.log(`${criticality.level}: ${message}`)
const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
console.log(`${changes.length} changes since the last release, ${breaking.length} of them breaking`)
if (breaking.length > 0) process.exitCode = 1
