import { defineConfig } from 'vitest/config'

/** The tests that need a browser, apart from the others: `npm test` is to run on any machine, in seconds. */
export default defineConfig({
  // As in vitest.config.ts: without it vitest loads graphql twice.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/browser/**/*.test.ts'],
    // GraphiQL is 9 MB of page and script, read afresh by each test.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
