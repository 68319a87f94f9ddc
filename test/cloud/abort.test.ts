import { describe, expect, it, vi } from 'vitest'
import { type AbortSignalLike, LightAbort, unlessAborted } from '../../src/cloud/abort.ts'

/** What was seen of a signal by who listens, and by who looks afterwards. */
function watch(signal: AbortSignalLike, abort: (reason?: Error) => void, reason?: Error) {
  const seen: string[] = []
  const stays = () => seen.push(`told: ${signal.aborted} ${signal.reason}`)
  const leaves = () => seen.push('told who had left')
  seen.push(`before: ${signal.aborted} ${signal.reason}`)
  signal.addEventListener('abort', stays)
  signal.addEventListener('abort', stays)
  signal.addEventListener('abort', leaves)
  signal.removeEventListener('abort', leaves)
  abort(reason)
  abort(new Error('again'))
  seen.push(`after: ${signal.aborted} ${signal.reason}`)
  return seen
}

it('does what the standard’s own does', () => {
  for (const reason of [undefined, new Error('gone')]) {
    const standard = new AbortController()
    const light = new LightAbort()
    const expected = watch(standard.signal, (why) => standard.abort(why), reason)
    expect(watch(light, (why) => light.abort(why), reason)).toEqual(expected)
    expect(expected).toHaveLength(3)
  }
})

it('hands out the standard’s own, before it fires and after', () => {
  const early = new LightAbort()
  const { standard } = early
  expect([early.standard, standard.aborted]).toEqual([standard, false])
  const reason = new Error('gone')
  early.abort(reason)
  expect([standard.aborted, standard.reason]).toEqual([true, reason])
  const late = new LightAbort()
  late.abort(reason)
  expect([late.standard.aborted, late.standard.reason]).toEqual([true, reason])
})

describe('a promise that may be left', () => {
  /** What becomes of it when these happen one after the other, and how often it was undone. */
  async function outcomeOf(...events: ('resolve' | 'reject' | 'abort')[]) {
    const left = new LightAbort()
    let undone = 0
    const does: Record<string, () => void> = { abort: () => left.abort(new Error('left')) }
    const promise = unlessAborted<string>(left, (resolve, reject) => {
      Object.assign(does, { resolve: () => resolve('there'), reject: () => reject(new Error('failed')) })
      return () => {
        undone++
      }
    })
    for (const event of events) does[event]?.()
    return [await promise.catch((error: Error) => `threw ${error.message}`), undone]
  }

  it('settles as it is told to, and is undone once', async () => {
    expect(await outcomeOf('resolve')).toEqual(['there', 1])
    expect(await outcomeOf('reject')).toEqual(['threw failed', 1])
    expect(await outcomeOf('resolve', 'abort')).toEqual(['there', 1])
  })

  it('rejects with the signal’s reason when that fires first', async () => {
    expect(await outcomeOf('abort')).toEqual(['threw left', 1])
    expect(await outcomeOf('abort', 'resolve', 'reject')).toEqual(['threw left', 1])
  })

  it('is not begun once the signal has fired', async () => {
    const left = new LightAbort()
    left.abort(new Error('left'))
    const begin = vi.fn()
    await expect(unlessAborted(left, begin)).rejects.toThrow('left')
    expect(begin).not.toHaveBeenCalled()
  })
})
