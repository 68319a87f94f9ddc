import { defineConfig } from 'vitest/config'

/** What all tests run with. */
export default defineConfig({
  // As Node resolves packages. Vite adds "development", by which graphql 17 is another copy than the one that yoga and Pothos load.
  ssr: { resolve: { conditions: ['node', 'module-sync'] } },
  test: {
    setupFiles: ['test/support/setup.ts'],
    // Most of the time a test waits: with two files at once two cores are half idle.
    maxWorkers: 4,
    // Nothing is decided by how long it takes: who waits, waits for a state, and gives up when it will never be.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 55_000, interval: 5 } },
  },
})
