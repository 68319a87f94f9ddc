/**
 * Builds for `npm start`, and, given `pack`, for `npm pack`, which takes no earlier build. Where what builds is not installed, as after `npm prune --omit=dev`, it takes an earlier build.
 * JavaScript, as the Node of the machine runs it then, which may be too old for TypeScript.
 */
import { existsSync } from 'node:fs'

const command = 'dist/cli.js'

function canBuild() {
  try {
    import.meta.resolve('esbuild')
    return true
  } catch {
    return false
  }
}

if (canBuild()) await import('./build.ts')
else if (process.argv[2] === 'pack' || !existsSync(command)) {
  console.error(
    'cloudnet-graphql: there is no build, and what makes one is not installed. ' +
      'Run `npm ci && npm run build` first, or install the package, which is built.',
  )
  process.exit(1)
}
