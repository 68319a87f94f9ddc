import { it } from 'vitest'
import { expectToSurviveLeavers } from '../support/leavers.ts'
import { startRedis } from '../support/redis.ts'

it('survives clients who leave at any moment, asking Redis too', { timeout: 600_000 }, async () => {
  await using redis = await startRedis()
  // Counted, and not refused.
  await expectToSurviveLeavers({ REDIS_URL: redis.url.href, RATE_LIMIT_PER_MINUTE: '1000000' })
})
