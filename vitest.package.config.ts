import { mergeConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

/** The black-box tests on the package as it is installed, and those of the package itself. Each gateway is a process. */
export default mergeConfig(shared, {
  test: {
    globalSetup: 'test/support/package.ts',
    include: ['test/contract/**', 'test/gateway/**', 'test/package/**', 'test/process/**', 'test/*.test.ts'].map(
      (path) => (path.endsWith('.test.ts') ? path : `${path}/*.test.ts`),
    ),
    exclude: ['test/config.test.ts', 'test/safety.test.ts'],
    hookTimeout: 300_000,
    // A round of a property test is a process here.
    env: { PROPERTY_RUNS: '10' },
  },
})
