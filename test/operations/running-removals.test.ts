import { afterEach, expect, it, vi } from 'vitest'
import type { Nic } from '../../src/cloud/model.ts'
import { RunningRemovals } from '../../src/operations/running-removals.ts'

afterEach(() => {
  vi.useRealTimers()
})

const nic = (key: string, serverId = '141') => ({ key, serverId }) as Nic
const there = (...keys: string[]) => keys.map((key) => nic(key))
const removal = (key: string, { known = ['a', 'b', 'c'], caller = 'me', wasBuilding = false } = {}) => ({
  ...{ nic: nic(key), caller, known: new Set(known), wasBuilding },
})
const wanting = (caller: string, ...keys: string[]) => ({ caller, keys: new Set(keys) })
const isRunning = (running: RunningRemovals, keys: string[], serverId = '141') =>
  running.runningUntil(serverId, there(...keys)) !== null

it('runs while its nic shows, for that server only', () => {
  const running = new RunningRemovals()
  expect(isRunning(running, ['a', 'b'])).toBe(false)
  running.sent(removal('a'), true)
  running.sent(removal('b'), true)
  expect(isRunning(running, ['a', 'b', 'c'])).toBe(true)
  expect(isRunning(running, ['a'], '142')).toBe(false)
  expect(isRunning(running, ['b', 'c'])).toBe(true)
  expect(isRunning(running, ['c'])).toBe(false)
})

it('is forgotten once its nic was seen to be gone', () => {
  const running = new RunningRemovals()
  running.sent(removal('a'), true)
  expect(isRunning(running, [])).toBe(false)
  expect(isRunning(running, ['a'])).toBe(false)
})

it('is forgotten after ten minutes when nobody has seen its end, and says so', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const running = new RunningRemovals()
  running.sent(removal('a'), true)
  vi.advanceTimersByTime(9 * 60_000)
  expect(running.runningUntil('141', there('a'))).toBe(Date.now() + 60_000)
  running.sent(removal('b'), true)
  expect(running.runningUntil('141', there('a', 'b'))).toBe(Date.now() + 600_000)
  vi.advanceTimersByTime(61_000)
  expect(isRunning(running, ['a'])).toBe(false)
})

it('is forgotten sooner when nobody knows whether it was taken', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const running = new RunningRemovals()
  running.sent(removal('a'), false)
  vi.advanceTimersByTime(59_000)
  expect(isRunning(running, ['a'])).toBe(true)
  vi.advanceTimersByTime(2000)
  expect(isRunning(running, ['a'])).toBe(false)
})

it('has ten minutes more when it is accepted again', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const running = new RunningRemovals()
  running.sent(removal('a'), true)
  vi.advanceTimersByTime(9 * 60_000)
  running.sent(removal('a'), true)
  vi.advanceTimersByTime(9 * 60_000)
  expect(isRunning(running, ['a'])).toBe(true)
})

it('is over when a nic shows that was neither there nor being built', () => {
  const running = new RunningRemovals()
  running.sent(removal('a'), true)
  expect(isRunning(running, ['a', 'b', 'c'])).toBe(true)
  expect(isRunning(running, ['a', 'b', 'c', 'd'])).toBe(false)
  running.sent(removal('a', { wasBuilding: true }), true)
  expect(isRunning(running, ['a', 'b', 'c', 'd'])).toBe(true)
})

it('does not stand in the way of the same caller, once it has waited in vain or was not told the outcome', () => {
  const running = new RunningRemovals()
  const until = (caller: string, ...keys: string[]) =>
    running.runningUntil('141', there('a', 'b'), wanting(caller, ...keys))
  running.sent(removal('a'), true)
  expect(until('me', 'a')).not.toBeNull()
  running.gaveUp(nic('a'), 'another')
  expect(until('me', 'a')).not.toBeNull()
  running.gaveUp(nic('a'), 'me')
  expect(until('me', 'a')).toBeNull()
  expect(until('me', 'b')).not.toBeNull()
  expect(until('another', 'a')).not.toBeNull()
  running.sent(removal('b'), false)
  expect(until('me', 'a')).not.toBeNull()
  expect(until('me', 'a', 'b')).toBeNull()
  running.failed(nic('a'))
  expect(until('me', 'b')).toBeNull()
})
