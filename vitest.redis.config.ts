import { mergeConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

/** The tests that need a redis-server, apart from the others: `npm test` is to run on any machine that has Node. */
export default mergeConfig(shared, {
  test: {
    globalSetup: 'test/support/build.ts',
    include: ['test/redis/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
