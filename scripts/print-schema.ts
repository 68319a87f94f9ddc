/** Prints the schema of the code into schema.graphql; with --check, only says whether that file is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../src/schema/index.ts'

const file = new URL('../schema.graphql', import.meta.url)
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== printed) {
    console.error('schema.graphql is not what the code says: run `npm run schema`.')
    process.exit(1)
  }
} else {
  writeFileSync(file, printed)
}
