/**
 * What the black-box tests start: the source, or the package as it is installed (`npm run test:package`). The tests are the same.
 */
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that the package is installed into; absent: the source is tested. */
    installed?: string
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

export const installed: string | undefined = inject('installed')

/** The command, and what its arguments begin with. */
export const command: readonly [string, ...string[]] = installed
  ? [`${installed}/node_modules/.bin/cloudnet-graphql`]
  : [process.execPath, `${root}src/cli.ts`]
