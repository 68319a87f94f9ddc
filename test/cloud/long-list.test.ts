import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsOf } from '../../src/cloud/cyclades/long-list.ts'

const json = fc.json({ noUnicodeString: false, depthSize: 'small' })
const space = fc.constantFrom('', ' ', '\n\t')

/** `{"servers": [...]}` of any rows. */
const listText = fc
  .record({ rows: fc.array(json, { maxLength: 12 }), space, end: space })
  .map(({ rows, space, end }) => `${space}{${space}"servers"${space}:${space}[${rows.join(`${space},`)}${end}]}${end}`)

/** As it arrives, in pieces of any size. */
async function cut(text: string, size: number, pieceBytes = 7) {
  const bytes = Buffer.from(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, at) =>
    bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes),
  )
  return partsOf(Readable.from(pieces), size)
}

const rowsOf = (text: string) => Object.values(JSON.parse(text)).flat(1)

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

describe('a long list', () => {
  it('has the same rows in parts, whatever is in them', async () => {
    let several = 0
    await fc.assert(
      fc.asyncProperty(listText, fc.nat({ max: 40 }), fc.integer({ min: 1, max: 99 }), async (text, size, bytes) => {
        const parts = await cut(text, size, bytes)
        if (parts.length > 1) several++
        expect(parts.flatMap(rowsOf)).toEqual(rowsOf(text))
      }),
    )
    expect(several).toBeGreaterThan(20)
  })

  it('that is no JSON is none in parts', async () => {
    const broken = fc
      .tuple(
        listText,
        fc.nat({ max: 200 }),
        fc.nat({ max: 3 }),
        fc.constantFrom('', ',', '"', '\\', ']', '}', '[', '{', '1'),
      )
      .map(([text, at, gone, instead]) => text.slice(0, at) + instead + text.slice(at + gone))
      .filter((text) => Buffer.from(text).toString() === text)
    await fc.assert(
      fc.asyncProperty(broken, fc.nat({ max: 20 }), async (text, size) => {
        const parts = await cut(text, size)
        expect(attempt(() => parts.flatMap(rowsOf))).toEqual(attempt(() => rowsOf(text)))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['short', '{"servers": [1, 2, 3]}', 100],
    ['of another form', '[{"servers": [1, 2, 3]}]', 1],
    ['a page', '<html><body>Bad Gateway</body></html>', 1],
    ['empty', '', 1],
  ])('is left whole when it is %s', async (_how, text, size) => {
    expect(await cut(text, size)).toEqual([text])
  })

  it.each([
    [
      'with something beside it',
      '{"servers": [1, 2], "links": [4]}',
      ['{"servers": [1]}', '{"servers": [ 2], "links": [4]}'],
    ],
    ['cut off', '{"servers": [1, 2', ['{"servers": [1]}', '{"servers": [ 2']],
    ['cut off in a string', '{"servers": [1, "tw\\\\', ['{"servers": [1]}', '{"servers": [ "tw\\\\']],
    ['with a comma behind the last row', '{"servers": [1,]}', ['{"servers": [1]}', '{"servers": [,]}']],
  ])('%s is so in its last part too', async (_how, text, parts) => {
    expect(await cut(text, 1)).toEqual(parts)
  })

  it('is cut between rows of about the length that is asked for', async () => {
    const rows = Array.from({ length: 5 }, (_, at) => ({ id: at, name: 'a "quoted" name, [with] {brackets} \\' }))
    const parts = await cut(JSON.stringify({ servers: rows }), 100)
    expect(parts.map((part) => rowsOf(part).length)).toEqual([2, 2, 1])
  })
})
