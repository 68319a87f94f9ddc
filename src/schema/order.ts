import { compareIds, type NicRef } from '../cloud/model.ts'
import type { Order } from './paging.ts'

export type OrderField = 'ID' | 'NAME' | 'CREATED_AT' | 'UPDATED_AT'
export type OrderDirection = 'ASC' | 'DESC'

interface Orderable {
  readonly id: string
  readonly name: string
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

/** The value sorted by, null last in ascending order; then the id, so that no two rows are equal. */
type ValueThenId = readonly [value: string | null, id: string]

const names = new Intl.Collator('en', { numeric: true })

const sortValue: Readonly<Record<OrderField, (row: Orderable) => string | null>> = {
  ID: () => null,
  NAME: (row) => row.name,
  CREATED_AT: (row) => row.createdAt,
  UPDATED_AT: (row) => row.updatedAt,
}

/** A total order of that list by one field, ties by id, ids as numbers where they are numbers. */
export function orderBy<Row extends Orderable>(
  list: 'networks' | 'servers',
  field: OrderField,
  direction: OrderDirection,
): Order<Row, ValueThenId> {
  const compareValues = field === 'NAME' ? compareNames : compareTimes
  const sign = direction === 'DESC' ? -1 : 1
  return {
    name: `${list} ${field} ${direction}`,
    key: (row) => row.id,
    place: (row) => [sortValue[field](row), row.id],
    compare: ([a, aId], [b, bId]) => sign * (compareNullable(a, b, compareValues) || compareIds(aId, bId)),
    isPlace: isValueThenId,
  }
}

/** Steps (see Cost) that sorting takes for each row: comparing two names costs several, and each is compared ten times and more. */
export const SORTING = 20

/** The rows in that order, in a new array. */
export function sorted<Row extends Orderable>(rows: readonly Row[], order: Order<Row, ValueThenId>): readonly Row[] {
  return rows
    .map((row) => ({ row, place: order.place(row) }))
    .sort((a, b) => order.compare(a.place, b.place))
    .map(({ row }) => row)
}

function compareNullable(a: string | null, b: string | null, compare: (a: string, b: string) => number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compare(a, b)
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const compareNames = (a: string, b: string) => names.compare(a, b) || compareText(a, b)

/** Dates know milliseconds only: the text decides about the cloud's microseconds. */
const compareTimes = (a: string, b: string) => Date.parse(a) - Date.parse(b) || compareText(a, b)

function isValueThenId(value: unknown): value is ValueThenId {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    (value[0] === null || typeof value[0] === 'string') &&
    typeof value[1] === 'string'
  )
}

/** Server and index: the order of a network's nics. */
type NicPlace = readonly [serverId: string, index: number]

/** Of that network's nics. Only whole nics have a key, and only those need cursors. */
export function nicOrder(networkId: string): Order<NicRef & { readonly key?: string }, NicPlace> {
  return { name: `nics ${networkId}`, ...byServerThenIndex }
}

const byServerThenIndex: Omit<Order<NicRef & { readonly key?: string }, NicPlace>, 'name'> = {
  key: (nic) => nic.key ?? nic.id,
  place: (nic) => [nic.serverId, nic.index],
  // Where a nic is gone, its follower has moved onto its index.
  compare: ([aServer, aIndex], [bServer, bIndex]) => compareIds(aServer, bServer) || aIndex - bIndex,
  isPlace: (value): value is NicPlace =>
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number',
}
