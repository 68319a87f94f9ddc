import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as ours from '../../src/gateway/promise-helpers.ts'

/** The library itself: what imports it here gets ours. */
const library = createRequire(import.meta.url)('@whatwg-node/promise-helpers') as typeof ours
type Helpers = typeof ours

/** Whatever a function of a caller may come to. */
const ENDINGS: Record<string, () => unknown> = {
  'a value': () => 'value',
  nothing: () => undefined,
  null: () => null,
  'an error': () => {
    throw new Error('error')
  },
  'a promise': () => Promise.resolve('later'),
  'a promise of nothing': () => Promise.resolve(),
  'a rejection': () => Promise.reject(new Error('later error')),
  // biome-ignore lint/suspicious/noThenProperty: to be taken for a promise
  'something with then': () => ({ then: (tell: (value: string) => unknown) => Promise.resolve(tell('then')) }),
  'a fake': () => library.fakePromise('fake'),
  'a fake rejection': () => library.fakeRejectPromise(new Error('fake error')),
}
const NAMES = Object.keys(ENDINGS)

/** What is called at last ends well: the library lets go of promises that it comes to otherwise, and their rejections go unheard. */
const GOOD_NAMES = ['a value', 'nothing', 'a promise']

/** All that a caller sees of one call: whether it had to wait, what it got, and which functions were called with what. */
async function seen(call: (tell: (name: string, ending: string) => (value?: unknown) => unknown) => unknown) {
  const calls: unknown[][] = []
  const tell = (name: string, ending: string) => (value?: unknown) => {
    calls.push([name, value])
    return ENDINGS[ending]?.()
  }
  const said = (error: unknown) => ({ error: String(error) })
  try {
    const result = call(tell)
    if (!library.isPromise(result)) return { calls, result }
    const shape = [result instanceof Promise, 'catch' in (result as object), 'finally' in (result as object)]
    const later = await Promise.resolve(result).then((value) => ({ value }), said)
    return { calls, shape, later }
  } catch (error) {
    return { calls, ...said(error) }
  }
}

test('a promise or not, whatever ends how: as the library says', async () => {
  let count = 0
  for (const input of NAMES) {
    for (const success of NAMES) {
      for (const failure of [undefined, ...NAMES]) {
        for (const atLast of [undefined, ...GOOD_NAMES]) {
          const of = ({ handleMaybePromise }: Helpers) =>
            seen((tell) =>
              handleMaybePromise(
                tell('input', input),
                tell('success', success),
                failure === undefined ? undefined : tell('failure', failure),
                atLast === undefined ? undefined : (tell('finally', atLast) as () => void),
              ),
            )
          expect(await of(ours), [input, success, failure, atLast].join()).toEqual(await of(library))
          count++
        }
      }
    }
  }
  expect(count).toBe(10 * 10 * 11 * 4)
})

test('what is there already: as the library says', async () => {
  for (const input of NAMES.filter((name) => name !== 'an error')) {
    for (const success of NAMES) {
      for (const failure of [undefined, ...NAMES]) {
        const of = ({ mapMaybePromise }: Helpers) =>
          seen((tell) =>
            mapMaybePromise(
              ENDINGS[input]?.(),
              tell('success', success),
              failure === undefined ? undefined : tell('failure', failure),
            ),
          )
        expect(await of(ours), [input, success, failure].join()).toEqual(await of(library))
      }
    }
  }
})

const step = fc.record({
  ending: fc.constantFrom(...NAMES),
  /** Says that it is the last, by its own function or by that of the one before. */
  ends: fc.constantFrom('no', 'at once', 'late', 'by the one before'),
})

test('one after the other: as the library says', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 4 }), fc.boolean(), async (steps, isArray) => {
      const of = ({ iterateAsync }: Helpers) =>
        seen((tell) => {
          const results: unknown[] = []
          const enders: (() => void)[] = []
          const callback = ({ ending, ends }: (typeof steps)[number], endEarly: () => void, index: number) => {
            enders.push(endEarly)
            if (ends === 'at once') endEarly()
            if (ends === 'late') queueMicrotask(endEarly)
            if (ends === 'by the one before') enders.at(-2)?.()
            return tell('step', ending)(index)
          }
          const done = iterateAsync(isArray ? steps : new Set(steps), callback, results)
          return library.isPromise(done) ? done.then(() => results) : [done, results]
        })
      expect(await of(ours)).toEqual(await of(library))
    }),
    { numRuns: 1_000 },
  ))
