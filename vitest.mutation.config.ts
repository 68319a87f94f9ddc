import { mergeConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

/** For Stryker: the tests that run the source in their own process, so that it can tell which of them reach a mutant. */
export default mergeConfig(shared, {
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/{browser,chaos,process,redis}/**',
      'test/{main,workers}.test.ts',
      // They hold pages, settings and the repository itself; the embedded cloud is not mutated.
      'test/{config,readme,safety}.test.ts',
      'test/{contract,embedded}/**',
    ],
  },
})
