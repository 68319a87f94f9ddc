import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Nic } from '../../src/cloud/model.ts'
import { RunningRemovals } from '../../src/operations/running-removals.ts'

afterEach(() => {
  vi.useRealTimers()
})

const nic = (key: string, at = 0, serverId = '141') =>
  ({ key, serverId, id: `nic-${serverId}-${at}`, index: at }) as Nic
const there = (...keys: string[]) => keys.map((key, at) => nic(key, at))
const look = (keys: string[], building = 0) => ({
  nics: there(...keys),
  building: Array.from({ length: building }, () => nic('')),
  lookedAt: performance.now(),
})
const wanting = (caller: string, ...keys: string[]) => ({ caller, keys: new Set(keys) })

function start() {
  const running = new RunningRemovals()
  const send = (key: string, { before = ['a', 'b', 'c'], caller = 'me', building = 0 } = {}) =>
    running.sending({ nic: nic(key), caller, before: look(before, building) })
  const accept = (key: string, { connects = 0, ...how }: Parameters<typeof send>[1] & { connects?: number } = {}) =>
    send(key, how).accepted(connects)
  /** By a look that does not show what is being built, if `building` is not given. */
  const isRunning = (keys: string[], { serverId = '141', building }: { serverId?: string; building?: number } = {}) => {
    const seen = look(keys, building)
    running.seen(serverId, building === undefined ? { ...seen, building: null } : seen)
    return running.until(serverId) !== null
  }
  return { running, send, accept, isRunning }
}

it('runs while its nic shows, for that server only', () => {
  const { accept, isRunning } = start()
  expect(isRunning(['a', 'b', 'c'])).toBe(false)
  accept('b')
  accept('a')
  expect(isRunning(['a', 'b', 'c'])).toBe(true)
  expect(isRunning(['a', 'b', 'c'], { serverId: '142' })).toBe(false)
  expect(isRunning(['a', 'c'])).toBe(true)
  expect(isRunning(['c'])).toBe(false)
})

it('is forgotten once its nic was seen to be gone, and when the cloud has refused it', () => {
  const { accept, send, isRunning } = start()
  accept('a')
  expect(isRunning(['b', 'c'])).toBe(false)
  expect(isRunning(['a', 'b', 'c'])).toBe(false)
  send('a').refused()
  expect(isRunning(['a', 'b', 'c'])).toBe(false)
})

it('is forgotten after ten minutes when nobody has seen its end, and says so', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const { running, accept, isRunning } = start()
  accept('a')
  vi.advanceTimersByTime(9 * 60_000)
  expect(running.until('141')).toBe(Date.now() + 60_000)
  accept('b')
  expect(running.until('141')).toBe(Date.now() + 600_000)
  vi.advanceTimersByTime(61_000)
  expect(isRunning(['a', 'c'])).toBe(false)
})

it('is forgotten sooner when nobody knows whether it was taken', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const { send, isRunning } = start()
  send('a').unknown(0)
  vi.advanceTimersByTime(59_000)
  expect(isRunning(['a', 'b', 'c'])).toBe(true)
  vi.advanceTimersByTime(2000)
  expect(isRunning(['a', 'b', 'c'])).toBe(false)
})

it('has ten minutes more when it is accepted again', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const { accept, isRunning } = start()
  accept('a')
  vi.advanceTimersByTime(9 * 60_000)
  accept('a')
  vi.advanceTimersByTime(9 * 60_000)
  expect(isRunning(['a', 'b', 'c'])).toBe(true)
})

describe('the going of other nics', () => {
  it('says that it is over where two have gone, one of which it took', () => {
    const { accept, isRunning } = start()
    accept('a')
    expect(isRunning(['a', 'c'])).toBe(true)
    expect(isRunning(['a'])).toBe(false)
  })

  it('says nothing where one alone has gone: the job of a removal accepted in the same moment may come first', () => {
    const { accept, isRunning } = start()
    accept('a')
    expect(isRunning(['a', 'c'])).toBe(true)
  })

  it('says that it is over where no nic has its index any more', () => {
    const { running, isRunning } = start()
    running.sending({ nic: nic('c', 2), caller: 'me', before: look(['a', 'b', 'c']) }).accepted(0)
    expect(isRunning(['a', 'c'])).toBe(false)
  })

  it('says that those sent before it are over where it was one of ours', () => {
    const { send, accept, isRunning } = start()
    send('a').unknown(0)
    accept('b')
    expect(isRunning(['a', 'c'])).toBe(false)
  })
})

describe('a firewall that changes', () => {
  it('says that it is over, seen to change by a later job', () => {
    const { running, accept, isRunning } = start()
    accept('a')
    running.changesFirewall('141').seen()
    expect(isRunning(['a', 'b', 'c'])).toBe(false)
  })

  it('says nothing where an earlier change of it may not have ended', () => {
    const { running, accept, isRunning } = start()
    running.changesFirewall('141')
    accept('a')
    running.changesFirewall('141').seen()
    expect(isRunning(['a', 'b', 'c'])).toBe(true)
  })

  it('says something again after one that was refused', () => {
    const { running, accept, isRunning } = start()
    running.changesFirewall('141').refused()
    accept('a')
    running.changesFirewall('141').seen()
    expect(isRunning(['a', 'b', 'c'])).toBe(false)
  })
})

describe('where the cloud may not refuse another removal, as something else takes its mark away,', () => {
  type Started = ReturnType<typeof start>
  it.each<[string, (started: Started) => void]>([
    ['a nic was being built before', ({ send }) => send('a', { building: 1 }).unknown(0)],
    ['a connect may have been accepted before', ({ send }) => send('a').unknown(1)],
    [
      'a nic is being built now',
      ({ send, running }) => {
        send('a').unknown(0)
        running.seen('141', look(['a', 'b', 'c'], 1))
      },
    ],
    [
      'a nic has gone',
      ({ send, running }) => {
        send('a').unknown(0)
        running.seen('141', look(['a', 'c']))
      },
    ],
    [
      'its firewall is being changed',
      ({ send, running }) => {
        running.changesFirewall('141')
        send('a').unknown(0)
      },
    ],
    [
      'its firewall was changed since',
      ({ send, running }) => {
        send('a').unknown(0)
        running.changesFirewall('141').seen()
        send('a').unknown(0)
        running.changesFirewall('141')
      },
    ],
  ])('the same caller waits, too: %s', (_what, act) => {
    const started = start()
    act(started)
    expect(started.running.until('141', wanting('me', 'a'))).not.toBeNull()
  })
})

describe('the nic of another connect', () => {
  it('says that it is over', () => {
    const { accept, isRunning } = start()
    accept('a')
    expect(isRunning(['a', 'b', 'c'])).toBe(true)
    expect(isRunning(['a', 'b', 'c', 'd'])).toBe(false)
  })

  it.each([
    ['was being built', { building: 1 }],
    ['may have been accepted before it', { connects: 1 }],
  ])('says nothing where that %s, but the next one does', (_what, before) => {
    const { accept, isRunning } = start()
    accept('a', before)
    expect(isRunning(['a', 'b', 'c', 'd'])).toBe(true)
    expect(isRunning(['a', 'b', 'c', 'd', 'e'])).toBe(false)
  })

  it('says nothing before the cloud has answered the removal', () => {
    const { send, isRunning } = start()
    const sending = send('a')
    expect(isRunning(['a', 'b', 'c', 'd'])).toBe(true)
    sending.accepted(1)
    expect(isRunning(['a', 'b', 'c', 'd'])).toBe(true)
  })

  it("says nothing where another program's was being built at the first look, as it may have been accepted before", () => {
    const { accept, isRunning } = start()
    accept('a')
    expect(isRunning(['a', 'b', 'c'], { building: 1 })).toBe(true)
    expect(isRunning(['a', 'b', 'c', 'd'])).toBe(true)
    expect(isRunning(['a', 'b', 'c', 'd', 'e'])).toBe(false)
  })

  it('says that it is over where nothing was being built at the first look', () => {
    const { accept, isRunning } = start()
    accept('a')
    expect(isRunning(['a', 'b', 'c'], { building: 0 })).toBe(true)
    expect(isRunning(['a', 'b', 'c'], { building: 1 })).toBe(true)
    expect(isRunning(['a', 'b', 'c', 'd'])).toBe(false)
  })
})

it('is over when a later job has ended, and not when that was sent before the cloud had answered', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const { running, send, isRunning } = start()
  const sending = send('a')
  const connectedAt = performance.now() + 1
  vi.advanceTimersByTime(2)
  sending.accepted(0)
  running.ended('141', connectedAt)
  expect(isRunning(['a', 'b', 'c'])).toBe(true)
  running.ended('141', performance.now() + 1)
  expect(isRunning(['a', 'b', 'c'])).toBe(false)
})

it('does not stand in the way of the same caller, once it has waited in vain or was not told the outcome', () => {
  const { running, accept, send } = start()
  const until = (caller: string, ...keys: string[]) => running.until('141', wanting(caller, ...keys))
  accept('a')
  expect(until('me', 'a')).not.toBeNull()
  running.gaveUp(nic('a'), 'another')
  expect(until('me', 'a')).not.toBeNull()
  running.gaveUp(nic('a'), 'me')
  expect(until('me', 'a')).toBeNull()
  expect(until('me', 'b')).not.toBeNull()
  expect(until('another', 'a')).not.toBeNull()
  send('b').unknown(0)
  expect(until('me', 'a')).not.toBeNull()
  expect(until('me', 'a', 'b')).toBeNull()
  running.ended('141', performance.now() + 1)
  expect(until('me', 'b')).toBeNull()
})

describe('an id', () => {
  const FIRST = 'nic-141-0'
  const SECOND = 'nic-141-1'

  it('means what the cloud calls so where no removal was under way', () => {
    const { running } = start()
    expect(running.keyAt('141', SECOND, performance.now(), there('a', 'b'))).toBe('b')
    expect(running.keyAt('141', 'nic-141-7', performance.now(), there('a', 'b'))).toBeUndefined()
  })

  it('means what it did before a removal that was sent after the request had come', () => {
    const { running, accept, isRunning } = start()
    const arrivedAt = performance.now()
    accept('a')
    accept('b', { before: ['b', 'c'] })
    expect(isRunning(['c'])).toBe(false)
    expect(running.keyAt('141', SECOND, arrivedAt, there('c'))).toBe('b')
    expect(running.keyAt('141', 'nic-141-7', arrivedAt, there('c'))).toBeUndefined()
  })

  it('is not known either where another removal was sent since', () => {
    const { running, accept, isRunning } = start()
    accept('a')
    const arrivedAt = performance.now()
    expect(isRunning(['b', 'c'])).toBe(false)
    accept('b', { before: ['b', 'c'] })
    expect(running.keyAt('141', SECOND, arrivedAt, there('b', 'c'))).toBe('moved')
  })

  it('means what it did before a removal that was running, where a later look still showed its nic', () => {
    const { running, accept, isRunning } = start()
    accept('a')
    const arrivedAt = performance.now()
    expect(isRunning(['a', 'b', 'c'])).toBe(true)
    expect(isRunning(['b', 'c'])).toBe(false)
    expect(running.keyAt('141', SECOND, arrivedAt, there('b', 'c'))).toBe('b')
  })

  it('is not known after a removal that was running when the request came, and may have ended before or after', () => {
    const { running, accept, isRunning } = start()
    accept('a')
    const arrivedAt = performance.now()
    expect(isRunning(['b', 'c'])).toBe(false)
    expect(running.keyAt('141', FIRST, arrivedAt, there('b', 'c'))).toBe('moved')
    expect(running.keyAt('141', SECOND, arrivedAt, there('b', 'c'))).toBe('moved')
    // Whatever it meant has gone.
    expect(running.keyAt('141', FIRST, arrivedAt, there())).toBeUndefined()
    // Who asks again has seen the new ids.
    expect(running.keyAt('141', SECOND, performance.now(), there('b', 'c'))).toBe('c')
  })

  it('means the same where the removal has moved other ids', () => {
    const { running, accept, isRunning } = start()
    accept('c')
    const arrivedAt = performance.now()
    expect(isRunning(['a', 'b'])).toBe(false)
    expect(running.keyAt('141', SECOND, arrivedAt, there('a', 'b'))).toBe('b')
  })
})
