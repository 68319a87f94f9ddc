import { mergeConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

export default mergeConfig(shared, {
  test: {
    globalSetup: 'test/support/build.ts',
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/redis/**'],
  },
})
