import { readFileSync } from 'node:fs'
import { packageFile } from './package-files.ts'

/** Of this package, by semantic versioning: package.json has it. */
export const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { readonly version: string }
