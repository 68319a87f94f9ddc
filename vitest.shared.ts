import { defineConfig } from 'vitest/config'

/** What all tests run with. */
export default defineConfig({
  // As Node resolves packages. Vite adds "development", by which graphql 17 is another copy than the one that yoga and Pothos load.
  ssr: { resolve: { conditions: ['node', 'module-sync'] } },
  test: { setupFiles: ['test/support/setup.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
