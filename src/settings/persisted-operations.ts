import { readFileSync } from 'node:fs'
import { parse } from 'graphql'

/** The operations of a JSON file, text by id. What it throws says what is wrong with the file: "which ...". */
export function readOperations(path: string): ReadonlyMap<string, string> {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(code === undefined ? 'which is no JSON' : `which cannot be read (${code})`)
  }
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content)
  const operations = new Map(isObject ? Object.entries(content as object) : [])
  if (operations.size === 0) throw new Error('which has no operations in it')
  for (const [id, text] of operations) {
    if (typeof text !== 'string' || !canBeParsed(text)) {
      throw new Error(`in which ${JSON.stringify(id)} is the id of no GraphQL document`)
    }
  }
  return operations
}

function canBeParsed(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
