import { mergeConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

/** The tests that need a browser, apart from the others: `npm test` is to run on any machine, in seconds. */
export default mergeConfig(shared, {
  test: {
    include: ['test/browser/**/*.test.ts'],
    // GraphiQL is 9 MB of page and script, read afresh by each test.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
