import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EventLoop } from '../../src/gateway/execution/turns.ts'
import { written, writtenInTurns } from '../../src/gateway/execution/written.ts'

const bytes = Buffer.from('{"data":{"it":1}}')

it('has its data for whoever looks, and is sent as it is', () => {
  const result = written(bytes)
  const { stringify } = result // as yoga calls it
  expect([result.data, stringify()]).toEqual([{ it: 1 }, bytes])
})

it('is written again with the extensions that somebody adds', () => {
  const result = Object.assign(written(bytes), { extensions: { more: 2 } })
  expect(String(result.stringify())).toBe('{"data":{"it":1},"extensions":{"more":2}}')
})

it('is the same written in turns, however large its parts are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.json({ maxDepth: 5 }).map((json) => JSON.parse(json)),
      fc.array(fc.integer({ min: 0, max: 1200 }), { minLength: 1, maxLength: 3 }),
      async (some, sizes) => {
        const lists = sizes.map((size, at) =>
          Array.from({ length: size }, (_, n) => (n % (300 + at) === 7 ? [some, n] : n)),
        )
        const data = {
          some,
          lists,
          many: [...(lists[0] ?? []), lists, some, ...lists],
          none: undefined,
          empty: [[], {}],
        }
        const errors = [{ message: 'm' }] as never
        expect(String((await writtenInTurns({ data })).stringify())).toBe(JSON.stringify({ data }))
        expect(String((await writtenInTurns({ errors, data })).stringify())).toBe(JSON.stringify({ errors, data }))
      },
    ),
  )
})

it('gives others their turn between its parts, large ones inside one item as well', async () => {
  const loop = new EventLoop({ longestTurnMs: 0, mostSteps: 2000, stepsALook: 1 })
  const data = { outer: [[[Array.from({ length: 50_000 }, (_, at) => ({ at }))]]] }
  let turns = 0
  let isOver = false
  const others = async () => {
    for (await nextTurn(); !isOver; await nextTurn()) turns++
  }
  const waiting = others()
  const { stringify } = await writtenInTurns({ data }, loop)
  isOver = true
  await waiting
  expect(String(stringify())).toBe(JSON.stringify({ data }))
  expect(turns).toBeGreaterThan(30)
})
