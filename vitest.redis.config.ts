import { defineConfig } from 'vitest/config'

/** The tests that need a redis-server, apart from the others: `npm test` is to run on any machine that has Node. */
export default defineConfig({
  // As in vitest.config.ts: without it vitest loads graphql twice.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: 'test/support/build.ts',
    include: ['test/redis/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
