import { expect, it, vi } from 'vitest'
import { Flights, OneFlight } from '../../src/graph/flight.ts'

/** A read that does not end, not even when it is given up. */
const endless = () => vi.fn(() => new Promise<string>(() => {}))
const reads = (value: string) => vi.fn(async () => value)

it.each([
  ['one read', () => new OneFlight<string>()],
  [
    'one of several',
    () => {
      const flights = new Flights<string>()
      return { join: flights.join.bind(flights, 'key') }
    },
  ],
])('%s that all have left is joined by nobody, even before it has ended', async (_what, create) => {
  const flight = create()
  const leaving = new AbortController()
  const watcher = { coalesced: vi.fn() }
  const given = endless()
  const left = [1, 2].map(() => flight.join(given, { signal: leaving.signal, watcher: watcher as never }))
  expect([given.mock.calls.length, watcher.coalesced.mock.calls.length]).toEqual([1, 1])
  leaving.abort(new Error('gone'))
  for (const one of left) await expect(one).rejects.toThrow('gone')
  expect(await flight.join(reads('anew'), {})).toBe('anew')
  expect(await flight.join(reads('once more'), {})).toBe('once more') // and the old one drops nothing of the new
})
