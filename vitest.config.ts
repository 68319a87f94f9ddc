import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Without it vitest loads graphql twice, as ESM and as CommonJS ("another module or realm").
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: 'test/support/build.ts',
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/redis/**'],
  },
})
