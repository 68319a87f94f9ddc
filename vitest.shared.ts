import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const promiseHelpers = fileURLToPath(new URL('src/gateway/promise-helpers.ts', import.meta.url))

/** What all tests run with: the modules that the build puts into dist. */
export default defineConfig({
  plugins: [
    {
      name: 'quick promises',
      enforce: 'pre',
      resolveId: (source, importer) =>
        source === '@whatwg-node/promise-helpers' && importer !== promiseHelpers ? promiseHelpers : undefined,
    },
  ],
  // Without it vitest loads graphql twice, as ESM and as CommonJS ("another module or realm").
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  // What asks for the helpers; Node would load these itself otherwise, and the helpers beside them.
  test: { server: { deps: { inline: [/graphql-yoga/, /@envelop\//, /@whatwg-node\//] } } },
})
