import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nicOrder, type OrderDirection, type OrderField, orderBy, sorted } from '../../src/schema/order.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

const row = (id: string, more: Partial<Row> = {}): Row => ({ id, name: 'n', createdAt: null, updatedAt: null, ...more })
const idsBy = (rows: Row[], field: OrderField, direction: OrderDirection = 'ASC') =>
  sorted(rows, orderBy<Row>('networks', field, direction)).map(({ id }) => id)

const fields: OrderField[] = ['ID', 'NAME', 'CREATED_AT', 'UPDATED_AT']
const time = fc.option(
  fc.constantFrom(
    '2013-07-01T08:15:30+00:00',
    '2013-07-01T08:15:30.000001+00:00',
    '2013-07-01T08:15:30.000002+00:00',
    '2013-07-01T10:15:30+02:00',
    '2013-07-01T08:15:31+00:00',
    'yesterday',
  ),
)
const anyRow: fc.Arbitrary<Row> = fc.record({
  id: fc.oneof(fc.nat({ max: 20 }).map(String), fc.constantFrom('b7', 'a1', '01')),
  name: fc.oneof(fc.constantFrom('a', 'A', 'á', 'a1', 'a01', 'a10', 'a2', '', '10', '9'), fc.string({ maxLength: 3 })),
  createdAt: time,
  updatedAt: time,
})

describe('an order', () => {
  it('by id sorts numbers by value, before all else', () => {
    const rows = ['10', 'b', '9', '100', 'a'].map((id) => row(id))
    expect(idsBy(rows, 'ID')).toEqual(['9', '10', '100', 'a', 'b'])
    expect(idsBy(rows, 'ID', 'DESC')).toEqual(['b', 'a', '100', '10', '9'])
  })

  it('by name sorts as a person would: numbers by value, ties by id', () => {
    const names = { 1: 'web 10', 2: 'web 9', 30: 'db', 4: 'db', 5: 'Álpha' }
    const rows = Object.entries(names).map(([id, name]) => row(id, { name }))
    expect(idsBy(rows, 'NAME')).toEqual(['5', '4', '30', '2', '1'])
    expect(idsBy(rows, 'NAME', 'DESC')).toEqual(['1', '2', '30', '4', '5'])
  })

  it('by time knows microseconds and offsets, and has those without a time last, first when descending', () => {
    const times = {
      1: null,
      2: '2013-07-01T08:15:30.000002+00:00',
      3: '2013-07-01T08:15:30.000001+00:00',
      4: '2013-07-01T10:15:29+02:00',
      5: null,
    }
    const rows = Object.entries(times).map(([id, createdAt]) => row(id, { createdAt }))
    expect(idsBy(rows, 'CREATED_AT')).toEqual(['4', '3', '2', '1', '5'])
    expect(idsBy(rows, 'CREATED_AT', 'DESC')).toEqual(['5', '1', '2', '3', '4'])
  })

  it('knows the microseconds of a whole second, which the cloud writes without a fraction', () => {
    const times = {
      1: '2013-07-01T08:15:30.000001+00:00',
      2: '2013-07-01T08:15:30+00:00',
      3: '2013-07-01T08:15:29.999999+00:00',
    }
    const rows = Object.entries(times).map(([id, updatedAt]) => row(id, { updatedAt }))
    expect(idsBy(rows, 'UPDATED_AT')).toEqual(['3', '2', '1'])
  })

  it.each(fields)('by %s is total, and descending is its mirror', (field) => {
    const [up, down] = [orderBy<Row>('networks', field, 'ASC'), orderBy<Row>('networks', field, 'DESC')]
    const sign = (a: Row, b: Row) => Math.sign(up.compare(up.place(a), up.place(b)))
    fc.assert(
      fc.property(anyRow, anyRow, anyRow, (a, b, c) => {
        expect(sign(a, b) + sign(b, a)).toBe(0)
        expect(sign(a, b) + Math.sign(down.compare(down.place(a), down.place(b)))).toBe(0)
        if (a.id !== b.id) expect(sign(a, b)).not.toBe(0)
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(fields)('by %s knows its own places again after a journey as JSON', (field) => {
    const order = orderBy<Row>('networks', field, 'ASC')
    fc.assert(fc.property(anyRow, (row) => order.isPlace(JSON.parse(JSON.stringify(order.place(row))))))
    for (const other of [null, 4, 'x', [], ['a'], ['a', 1], [1, 'a'], ['a', 'b', 'c'], {}])
      expect(order.isPlace(other)).toBe(false)
  })

  it('leaves the rows themselves as they were', () => {
    const rows = Object.freeze([row('2'), row('1')])
    expect(sorted(rows, orderBy<Row>('networks', 'ID', 'ASC')).map(({ id }) => id)).toEqual(['1', '2'])
  })
})

describe('the order of nics', () => {
  it('is by server, as numbers, then by index', () => {
    const places = [
      ['10', 0],
      ['9', 10],
      ['9', 2],
    ] as const
    expect([...places].sort(nicOrder('3').compare)).toEqual([
      ['9', 2],
      ['9', 10],
      ['10', 0],
    ])
    for (const other of [null, ['9', '2'], [9, 2], ['9']]) expect(nicOrder('3').isPlace(other)).toBe(false)
  })
})
