import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../src/cloud/errors.ts'
import { orderBy, sorted } from '../../src/schema/order.ts'
import { type PageArgs, pageOf, readPage } from '../../src/schema/paging.ts'
import { leftBehind } from '../support/garbage.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly createdAt: null
  readonly updatedAt: null
}

const row = (id: number, name = 'n'): Row => ({ id: String(id), name, createdAt: null, updatedAt: null })
const byId = orderBy<Row>('networks', 'ID', 'ASC')
const rows = [1, 2, 3, 4, 5].map((id) => row(id))

const most = (maxPageRows: number) => ({ maxPageRows, cost: { add: () => {} } })
const page = (args: PageArgs, of: readonly Row[] = rows, ceiling = 100) =>
  pageOf(of, readPage(args, byId), most(ceiling))
const idsOf = ({ edges }: { edges: readonly { node: Row }[] }) => edges.map(({ node }) => Number(node.id))
const cursor = (id: number) => page({}, [row(id)]).pageInfo.startCursor

describe('a page', () => {
  it.each<[what: string, args: PageArgs, ids: number[], before: boolean, after: boolean]>([
    ['without arguments', {}, [1, 2, 3, 4, 5], false, false],
    ['with nulls', { first: null, after: null, last: null, before: null }, [1, 2, 3, 4, 5], false, false],
    ['of the first 2', { first: 2 }, [1, 2], false, true],
    ['of the first 9', { first: 9 }, [1, 2, 3, 4, 5], false, false],
    ['of the first 0', { first: 0 }, [], false, true],
    ['of the last 2', { last: 2 }, [4, 5], true, false],
    ['of the last 0', { last: 0 }, [], true, false],
    ['after 2', { after: cursor(2) }, [3, 4, 5], true, false],
    ['before 4', { before: cursor(4) }, [1, 2, 3], false, true],
    ['between 1 and 5', { after: cursor(1), before: cursor(5) }, [2, 3, 4], true, true],
    ['of the first 2 after 2', { first: 2, after: cursor(2) }, [3, 4], true, true],
    ['of the last 2 before 4', { last: 2, before: cursor(4) }, [2, 3], true, true],
    ['of the last 1 of the first 3', { first: 3, last: 1 }, [3], true, true],
    ['between two in the wrong order', { after: cursor(4), before: cursor(2) }, [], true, true],
    ['after the last', { first: 2, after: cursor(5) }, [], true, false],
    ['before the first', { last: 2, before: cursor(1) }, [], false, true],
    ['after one that is gone', { first: 1, after: cursor(0) }, [1], false, true],
    ['after one beyond', { after: cursor(99) }, [], true, false],
    ['before one beyond', { last: 1, before: cursor(99) }, [5], true, false],
  ])('%s tells its rows and the truth about others', (_what, args, ids, hasPreviousPage, hasNextPage) => {
    const answered = page(args)
    expect([idsOf(answered), answered.totalCount]).toEqual([ids, 5])
    const [startCursor, endCursor] = [ids[0], ids.at(-1)].map((id) => (id === undefined ? null : cursor(id)))
    expect(answered.pageInfo).toMatchObject({ hasPreviousPage, hasNextPage, startCursor, endCursor })
  })

  it('of nothing has no cursors', () => {
    const { pageInfo, edges, totalCount } = page({ first: 3 }, [])
    expect({ edges, totalCount }).toEqual({ edges: [], totalCount: 0 })
    expect(pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: false, startCursor: null, endCursor: null })
  })

  it('leaves its rows to the next small collection when it has told what is around it', () => {
    const left = leftBehind(() => {
      const { pageInfo } = page(
        {},
        Array.from({ length: 1000 }, (_, id) => row(id)),
        1000,
      )
      return [pageInfo.startCursor, pageInfo.endCursor]
    })
    expect(left).toBeLessThan(10_000) // they and their edges take 100,000 bytes
  })

  it('is cut at the ceiling, from the end that is asked for, and says so', () => {
    for (const args of [{}, { first: 4 }]) {
      expect(idsOf(page(args, rows, 2))).toEqual([1, 2])
      expect(page(args, rows, 2).pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: true })
    }
    expect(idsOf(page({ last: 4 }, rows, 2))).toEqual([4, 5])
    expect(page({ last: 4 }, rows, 2).pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false })
    // Of both, the first count says where to begin.
    expect(idsOf(page({ first: 4, last: 3 }, rows, 2))).toEqual([2, 3])
    expect(page({ first: 4, last: 3 }, rows, 2).pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true })
  })

  it.each<[PageArgs, string]>([
    [{ first: -1 }, 'first'],
    [{ last: -1 }, 'last'],
    [{ after: '' }, 'after'],
    [{ after: 'x' }, 'after'],
    [{ after: `${cursor(1)}`.slice(0, -3) }, 'after'],
    [{ before: Buffer.from('null').toString('base64url') }, 'before'],
    [{ before: Buffer.from('["ID"]').toString('base64url') }, 'before'],
    [{ before: Buffer.from('["ID", 1, [null, "1"]]').toString('base64url') }, 'before'],
    [
      { before: pageOf(rows, readPage({}, orderBy<Row>('networks', 'NAME', 'ASC')), most(9)).pageInfo.startCursor },
      'before',
    ],
  ])('refuses %j and names the argument', (args, name) => {
    const refusal = expect(() => page(args))
    refusal.toThrow(InvalidInputError)
    refusal.toThrow(expect.objectContaining({ inputPath: [name], fault: null }))
  })

  it('refuses a wrong cursor of an empty list too', () => {
    expect(() => page({ after: 'x' }, [])).toThrow(InvalidInputError)
  })
})

/** Some rows stay all the time; others come and go between pages. Names repeat, so that ties are met. */
const some = fc.uniqueArray(
  fc.record({ id: fc.nat({ max: 60 }), name: fc.constantFrom('a', 'b', 'B', '10', '9', '') }),
  {
    selector: ({ id }) => id,
  },
)
const walk = fc.record({
  all: some,
  stays: fc.array(fc.boolean(), { minLength: 61, maxLength: 61 }),
  shown: fc.array(fc.array(fc.boolean(), { minLength: 61, maxLength: 61 }), { minLength: 1, maxLength: 6 }),
  size: fc.integer({ min: 1, max: 7 }),
  field: fc.constantFrom('ID', 'NAME' as const),
  direction: fc.constantFrom('ASC', 'DESC' as const),
})

describe('walking pages', () => {
  it.each(['forward', 'backward'])(
    '%s gives every row that stays once, in order, whatever others come and go',
    (way) => {
      fc.assert(
        fc.property(walk, ({ all, stays, shown, size, field, direction }) => {
          const order = orderBy<Row>('networks', field as 'ID' | 'NAME', direction as 'ASC' | 'DESC')
          const whole = sorted(
            all.map(({ id, name }) => row(id, name)),
            order,
          )
          const seen: Row[] = []
          let place: string | null = null
          for (let step = 0; ; step++) {
            const there = shown[step % shown.length] ?? []
            const now = whole.filter(({ id }) => stays[Number(id)] || there[Number(id)])
            const args: PageArgs = way === 'forward' ? { first: size, after: place } : { last: size, before: place }
            const { edges, pageInfo } = pageOf(now, readPage(args, order), most(100))
            const nodes = edges.map(({ node }) => node)
            if (way === 'forward') seen.push(...nodes)
            else seen.unshift(...nodes)
            const { hasNextPage, hasPreviousPage, endCursor, startCursor } = pageInfo
            if (!(way === 'forward' ? hasNextPage : hasPreviousPage)) break
            place = way === 'forward' ? endCursor : startCursor
            expect(place).not.toBeNull()
          }
          expect(new Set(seen).size).toBe(seen.length)
          const kept = (row: Row) => stays[Number(row.id)]
          expect(seen.filter(kept)).toEqual(whole.filter(kept))
          expect(seen).toEqual(sorted(seen, order))
        }),
        { numRuns: 500 },
      )
    },
  )
})
