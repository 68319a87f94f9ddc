import { defineConfig } from 'vitest/config'
import { standIn } from './scripts/stand-in.ts'

/** What all tests run with: the modules that the build puts into dist. */
export default defineConfig({
  plugins: [
    {
      name: 'stand-in',
      enforce: 'pre',
      resolveId: (source, importer) =>
        standIn.for.test(source) && importer !== standIn.file ? standIn.file : undefined,
    },
  ],
  // Without it vitest loads graphql twice, as ESM and as CommonJS ("another module or realm").
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  // What imports the module that is stood in for: Node would load these itself otherwise, and that with them.
  test: { server: { deps: { inline: [/graphql-yoga/, /@envelop\//, /@whatwg-node\//] } } },
})
