import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  BusyError,
  CloudUnavailableError,
  InvalidInputError,
  RateLimitedError,
  UnauthenticatedError,
} from '../../src/cloud/errors.ts'
import { Deadline, deadlineOf, lookUntil, type WaitPolicy } from '../../src/operations/wait.ts'

// The clock moves only when somebody sleeps, or a test says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Sleeps by moving the clock, and tells how long it was asked to. */
const defaultWaits: WaitPolicy = { firstMs: 250, longestMs: 5000 }

function recorded(policy: WaitPolicy = defaultWaits) {
  const slept: number[] = []
  const sleep: WaitPolicy['sleep'] = async (ms) => {
    slept.push(Math.round(ms))
    vi.advanceTimersByTime(ms)
  }
  return { slept, waits: { ...policy, sleep } }
}

/** Answers these one after another, the last one for ever; errors are thrown. */
function looks<Seen>(...answers: (Seen | Error)[]) {
  return vi.fn(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer instanceof Error) throw answer
    return answer as Seen // there is always one left
  })
}

const isTrue = (seen: boolean) => seen
const outage = () => new CloudUnavailableError('The cloud answered 502.', 'NOT_APPLIED')

describe('lookUntil', () => {
  it('waits a quarter of a second first, then longer each time, five seconds at most', async () => {
    const { slept, waits } = recorded()
    const look = looks(...Array<boolean>(10).fill(false), true)
    expect(await lookUntil({ look, done: isTrue, deadline: new Deadline(60), waits })).toEqual({
      seen: true,
      done: true,
    })
    expect(slept).toEqual([250, 400, 640, 1024, 1638, 2621, 4194, 5000, 5000, 5000])
    expect(look).toHaveBeenCalledTimes(11)
  })

  it('does not wait when the first look shows it', async () => {
    const { slept, waits } = recorded()
    await lookUntil({ look: looks(true), done: isTrue, deadline: new Deadline(60), waits })
    expect(slept).toEqual([])
  })

  it('looks once, and answers what is there, without a deadline', async () => {
    const { slept, waits } = recorded()
    const look = looks(false)
    expect(await lookUntil({ look, done: isTrue, deadline: null, waits })).toEqual({ seen: false, done: false })
    expect(look).toHaveBeenCalledTimes(1)
    expect(slept).toEqual([])
  })

  it('looks a last time at the deadline, which shortens the wait before, and answers what is there', async () => {
    const { slept, waits } = recorded()
    const look = looks(false)
    expect(await lookUntil({ look, done: isTrue, deadline: new Deadline(1), waits })).toEqual({
      seen: false,
      done: false,
    })
    expect(slept).toEqual([250, 400, 350])
    expect(look).toHaveBeenCalledTimes(4)
    expect(await lookUntil({ look: looks(false, true), done: isTrue, deadline: new Deadline(1), waits })).toMatchObject(
      { done: true },
    )
  })

  it('looks once when the deadline has passed already', async () => {
    const { slept, waits } = recorded()
    const deadline = new Deadline(1)
    vi.advanceTimersByTime(2000)
    expect(await lookUntil({ look: looks(false), done: isTrue, deadline, waits })).toMatchObject({ done: false })
    expect(slept).toEqual([])
  })

  it.each([
    ['an outage', outage()],
    ['a rate limit', new RateLimitedError('Slow down.', 1)],
  ])('makes up for %s by the next look', async (_what, error) => {
    const { slept, waits } = recorded()
    const look = looks<boolean>(error, error, true)
    expect(await lookUntil({ look, done: isTrue, deadline: new Deadline(60), waits })).toEqual({
      seen: true,
      done: true,
    })
    expect(slept).toEqual([250, 400])
  })

  it('throws the error of the last look before the deadline', async () => {
    const { slept, waits } = recorded()
    const error = outage()
    const run = lookUntil({ look: looks(false, error), done: isTrue, deadline: new Deadline(1), waits })
    await expect(run).rejects.toBe(error)
    expect(slept).toEqual([250, 400, 350])
  })

  it.each([
    ['without a deadline', outage(), null],
    ['that no wait mends', new UnauthenticatedError('The cloud does not accept this token.'), new Deadline(60)],
    ['that says busy', new BusyError('Busy.'), new Deadline(60)],
    ['that is a mistake of ours', new TypeError('x is undefined'), new Deadline(60)],
  ])('throws at once an error %s', async (_what, error, deadline) => {
    const { slept, waits } = recorded()
    await expect(lookUntil({ look: looks<boolean>(error), done: isTrue, deadline, waits })).rejects.toBe(error)
    expect(slept).toEqual([])
  })

  it('hands the signal to every sleep, and looks no more when one ends by it', async () => {
    const gone = new AbortController()
    const sleep = vi.fn(async (_ms: number, signal: AbortSignal | undefined) => {
      gone.abort(new Error('gone'))
      signal?.throwIfAborted()
    })
    const look = looks(false)
    const { signal } = gone
    const run = lookUntil({
      look,
      done: isTrue,
      deadline: new Deadline(60),
      waits: { firstMs: 1, longestMs: 1, sleep },
      signal,
    })
    await expect(run).rejects.toThrow('gone')
    expect(look).toHaveBeenCalledTimes(1)
    expect(sleep).toHaveBeenCalledWith(1, signal)
  })

  it('does not sleep when the gateway has begun to end during the look before', async () => {
    const ending = new AbortController()
    const look = vi.fn(async () => {
      ending.abort()
      return false
    })
    const waits = { firstMs: 300_000, longestMs: 300_000, ending: ending.signal }
    expect(await lookUntil({ look, done: isTrue, deadline: new Deadline(300), waits })).toEqual({
      seen: false,
      done: false,
    })
    expect(look).toHaveBeenCalledTimes(2)
  })

  it('ends its own sleep early when the caller goes', async () => {
    const gone = new AbortController()
    const run = lookUntil({
      look: looks(false),
      done: isTrue,
      deadline: new Deadline(300),
      waits: { firstMs: 300_000, longestMs: 300_000 },
      signal: gone.signal,
    })
    gone.abort()
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('deadlineOf', () => {
  it.each([
    [null, 30],
    [1, 1],
    [300, 300],
  ])('takes %s as %i seconds, counted down to zero', (timeoutSeconds, seconds) => {
    const deadline = deadlineOf({ waitUntil: 'COMPLETED', timeoutSeconds })
    expect(deadline.leftMs).toBe(seconds * 1000)
    vi.advanceTimersByTime(400)
    expect(deadline.leftMs).toBe(seconds * 1000 - 400)
    vi.advanceTimersByTime(seconds * 1000)
    expect(deadline.leftMs).toBe(0)
  })

  it.each([0, -1, 301])('refuses %i seconds, in both modes', (timeoutSeconds) => {
    for (const waitUntil of ['ACCEPTED', 'COMPLETED'] as const) {
      const refusal = expect.objectContaining({ inputPath: ['input', 'timeoutSeconds'] })
      expect(() => deadlineOf({ waitUntil, timeoutSeconds })).toThrow(InvalidInputError)
      expect(() => deadlineOf({ waitUntil, timeoutSeconds })).toThrow(refusal)
    }
  })
})
