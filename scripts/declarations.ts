import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A relative import; the compiler leaves the ending of its file as it is in the source. */
const IMPORT = /(from |import\()(['"])(\.[^'"]+)\.ts\2/g

/** An import for its effects, which types have none of. */
const BARE_IMPORT = /^import ['"][^'"]+['"];\n/gm

/**
 * Keeps of the declarations those that the entry leads to, as the compiler writes those of every file that it has seen, and has
 * them import each other by the names of modules (`./model.js`), which is all that some resolutions know.
 */
export function publishDeclarations(folder: string, entry: string): void {
  const reached = new Set<string>()
  const visit = (name: string) => {
    if (reached.has(name)) return
    reached.add(name)
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8').replace(BARE_IMPORT, '')
    writeFileSync(path, text.replace(IMPORT, '$1$2$3.js$2'))
    for (const [, , , module = ''] of text.matchAll(IMPORT)) visit(join(dirname(name), `${module}.d.ts`))
  }
  visit(entry)
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name)
    if (file.isFile() && !reached.has(path.slice(folder.length + 1))) rmSync(path)
  }
}
