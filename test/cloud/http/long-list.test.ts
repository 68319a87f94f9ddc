import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LongList } from '../../../src/cloud/http/long-list.ts'

const json = fc.json({ noUnicodeString: false, depthSize: 'small' })
const space = fc.constantFrom('', ' ', '\n\t')

/** `{"servers": [...]}` of any rows. */
const listText = fc
  .record({ rows: fc.array(json, { maxLength: 12 }), space, end: space })
  .map(({ rows, space, end }) => `${space}{${space}"servers"${space}:${space}[${rows.join(`${space},`)}${end}]}${end}`)

/** As it arrives, in pieces of any size. */
function cut(text: string, size: number, pieceBytes = 7): readonly string[] {
  const bytes = Buffer.from(text)
  const list = new LongList(size)
  for (let at = 0; at < bytes.length; at += pieceBytes) list.push(bytes.subarray(at, at + pieceBytes))
  return list.end()
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
  it('has the same rows in parts, whatever is in them', () => {
    let several = 0
    fc.assert(
      fc.property(listText, fc.nat({ max: 40 }), fc.integer({ min: 1, max: 99 }), (text, size, bytes) => {
        const parts = cut(text, size, bytes)
        if (parts.length > 1) several++
        expect(parts.flatMap(rowsOf)).toEqual(rowsOf(text))
      }),
    )
    expect(several).toBeGreaterThan(20)
  })

  it('that is no JSON is none in parts', () => {
    const broken = fc
      .tuple(
        listText,
        fc.nat({ max: 200 }),
        fc.nat({ max: 3 }),
        fc.constantFrom('', ',', '"', '\\', ']', '}', '[', '{', '1'),
      )
      .map(([text, at, gone, instead]) => text.slice(0, at) + instead + text.slice(at + gone))
      .filter((text) => Buffer.from(text).toString() === text)
    fc.assert(
      fc.property(broken, fc.nat({ max: 20 }), (text, size) => {
        const parts = cut(text, size)
        expect(attempt(() => parts.flatMap(rowsOf))).toEqual(attempt(() => rowsOf(text)))
      }),
      { numRuns: 4000 },
    )
  })

  it.each([
    ['short', '{"servers": [1, 2, 3]}', 100],
    ['of another form', '[{"servers": [1, 2, 3]}]', 1],
    ['a page', '<html><body>Bad Gateway</body></html>', 1],
    ['empty', '', 1],
  ])('is left whole when it is %s', (_how, text, size) => {
    expect(cut(text, size)).toEqual([text])
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
  ])('%s is so in its last part too', (_how, text, parts) => {
    expect(cut(text, 1)).toEqual(parts)
  })

  it('is cut between rows of about the length that is asked for', () => {
    const rows = Array.from({ length: 5 }, (_, at) => ({ id: at, name: 'a "quoted" name, [with] {brackets} \\' }))
    const parts = cut(JSON.stringify({ servers: rows }), 100)
    expect(parts.map((part) => rowsOf(part).length)).toEqual([2, 2, 1])
  })
})
