import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cycladesIds as ids } from '../../src/cloud/cyclades/ids.ts'
import { compareIds } from '../../src/cloud/model.ts'

describe('ids of Cyclades', () => {
  it.each(['0', '4', '141', '999999999999999'])('takes %j for a network and for a server', (text) => {
    expect([ids.isNetworkId(text), ids.isServerId(text)]).toEqual([true, true])
  })

  it.each(['', '01', '00', '-1', '+4', '4.0', '1e3', ' 4', '4 ', '4\n', '٤', '9'.repeat(16), 'nic-4-1', '4/..'])(
    'takes %j for neither: a thing has one spelling, and nothing else gets into a URL',
    (text) => {
      expect([ids.isNetworkId(text), ids.isServerId(text)]).toEqual([false, false])
    },
  )

  it('reads the server from the name of a nic, and nothing from what is no name', () => {
    const names = ['nic-141-0', 'nic-0-999999', 'nic-999999999999999-1']
    expect(names.map((name) => ids.isNicId(name))).toEqual([true, true, true])
    expect(names.map((name) => ids.serverIdOfNic(name))).toEqual(['141', '0', '999999999999999'])
    const others = ['', 'nic', 'nic-141', 'nic--1', 'nic-141-', 'nic-0141-1', 'nic-141-01', 'nic-1-2-3', 'Nic-141-1']
    for (const text of [
      ...others,
      'foo-141-1',
      ' nic-141-1',
      'nic-141-1\n',
      `nic-${'1'.repeat(16)}-1`,
      'nic-1-1000000',
    ]) {
      expect([text, ids.isNicId(text), ids.serverIdOfNic(text)]).toEqual([text, false, null])
    }
  })

  it('takes a MAC in either case for a key, and has one spelling for it', () => {
    const spellings = ['aa:00:1a:90:3f:42', 'AA:00:1A:90:3F:42', 'aA:00:1a:90:3F:42']
    expect(spellings.map((text) => ids.isNicKey(text))).toEqual([true, true, true])
    expect(new Set(spellings.map((text) => ids.canonicalNicKey(text)))).toEqual(new Set(['aa:00:1a:90:3f:42']))
    for (const text of [
      '',
      'aa:00:1a:90:3f',
      'aa:00:1a:90:3f:42:00',
      'aa-00-1a-90-3f-42',
      'ga:00:1a:90:3f:42',
      'nic-1-1',
    ]) {
      expect([text, ids.isNicKey(text)]).toEqual([text, false])
    }
  })

  it('takes every number that travels exactly, and lets no text through that is not just digits', () => {
    fc.assert(fc.property(fc.nat({ max: 10 ** 15 - 1 }), (id) => ids.isServerId(String(id))))
    fc.assert(
      fc.property(
        fc.string(),
        (text) => ids.isNetworkId(text) === (/^\d+$/.test(text) && String(Number(text)) === text),
      ),
    )
  })
})

describe('the order of ids', () => {
  it('is that of numbers, then of text', () => {
    const uuids = ['0a3f-77', 'b7', 'nic-2']
    expect([...uuids, '10', '9', '100', '0'].sort(compareIds)).toEqual(['0', '9', '10', '100', ...uuids])
  })

  it('is total: of two ids one comes first, unless they are one, and so on down any row of them', () => {
    const id = fc.oneof(
      fc.nat().map(String),
      fc.uuid(),
      fc.string(),
      fc.constantFrom('', '0', '00', '1', '01', '1e0', ' 1', 'NaN'),
    )
    const sign = (a: string, b: string) => Math.sign(compareIds(a, b))
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(sign(a, b) + sign(b, a)).toBe(0)
        expect(sign(a, b) === 0).toBe(a === b)
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2000 },
    )
  })
})
