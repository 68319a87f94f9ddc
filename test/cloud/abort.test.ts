import { expect, it } from 'vitest'
import { type AbortSignalLike, LightAbort } from '../../src/cloud/abort.ts'

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
