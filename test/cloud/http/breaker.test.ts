import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Breaker, type BreakerState } from '../../../src/cloud/http/breaker.ts'

const OPEN_MS = 5000

// The clock moves only when a test says so.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** One that three calls without an answer have opened, and its states since. */
function opened() {
  const states: BreakerState[] = []
  const breaker = new Breaker({ failures: 3, openMs: OPEN_MS }, (state) => states.push(state))
  for (let i = 0; i < 3; i++) breaker.failed()
  return { breaker, states }
}

const refused = (retryAfterSeconds: number) =>
  expect.objectContaining({ code: 'CLOUD_UNAVAILABLE', outcome: 'NOT_APPLIED', retryAfterSeconds })

it('opens after so many calls without an answer in a row, and says for how long', () => {
  const { breaker, states } = opened()
  expect([breaker.state, states]).toEqual(['open', ['open']])
  expect(breaker.refusal()).toEqual(refused(5))
  vi.advanceTimersByTime(OPEN_MS - 1)
  expect(breaker.refusal()).toEqual(refused(1))
})

it('counts anew after an answer, and never opens when set to 0', () => {
  const breaker = new Breaker({ failures: 3, openMs: OPEN_MS })
  for (let i = 0; i < 5; i++) {
    breaker.failed()
    breaker.failed()
    breaker.answered()
  }
  expect([breaker.state, breaker.refusal()]).toEqual(['closed', null])
  const never = new Breaker({ failures: 0, openMs: OPEN_MS })
  for (let i = 0; i < 100; i++) never.failed()
  expect([never.state, never.refusal()]).toEqual(['closed', null])
})

it('then lets one call through at a time, until one is answered', () => {
  const { breaker, states } = opened()
  vi.advanceTimersByTime(OPEN_MS)
  expect(breaker.state).toBe('half-open')
  expect([breaker.refusal(), breaker.refusal()]).toEqual([null, refused(1)])
  breaker.failed()
  expect([breaker.state, breaker.refusal()]).toEqual(['open', refused(5)])
  vi.advanceTimersByTime(OPEN_MS)
  expect(breaker.refusal()).toBeNull()
  breaker.answered()
  expect([breaker.state, breaker.refusal(), breaker.refusal()]).toEqual(['closed', null, null])
  expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed'])
})

it('lets another call try when the caller of the one that tried has left', () => {
  const { breaker } = opened()
  vi.advanceTimersByTime(OPEN_MS)
  expect(breaker.refusal()).toBeNull()
  breaker.unknown()
  expect(breaker.state).toBe('half-open')
  expect([breaker.refusal(), breaker.refusal()]).toEqual([null, refused(1)])
  breaker.answered()
  expect(breaker.state).toBe('closed')
})
