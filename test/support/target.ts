/**
 * What the black-box tests start: the source, or the package as it is installed (`npm run test:package`). The tests are the same.
 */
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folders that the package is installed into, without and with its optional peers; absent: the source is tested. */
    installed?: { readonly alone: string; readonly withPeers: string }
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

export const installed = inject('installed')

/** Of these settings each needs optional peers. */
const NEED_PEERS = ['REDIS_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT']

/** The command for this environment, and what its arguments begin with. */
export function commandFor(env: object): readonly [string, ...string[]] {
  if (!installed) return [process.execPath, `${root}src/cli.ts`]
  const folder = NEED_PEERS.some((name) => name in env) ? installed.withPeers : installed.alone
  return [`${folder}/node_modules/.bin/cloudnet-graphql`]
}
