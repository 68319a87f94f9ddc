/** The bench's one table. */

export type Name = 'floor' | 'as shipped' | 'snapshots off'

export interface Row {
  readonly what: string
  /** All that was measured; a cell shows the median, and the least and the most. */
  readonly samples: Partial<Readonly<Record<Name, readonly number[]>>>
}

export const noSamples = <Sample = number>(): Record<Name, Sample[]> => ({
  floor: [],
  'as shipped': [],
  'snapshots off': [],
})

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]) => quantile(values, 0.5)

/** Markdown, with ratios to the floor. */
export function table(rows: readonly Row[]): string {
  const head = ['', 'floor', 'as shipped', 'x floor', 'snapshots off', 'x floor']
  const cells = rows.map(({ what, samples }) => {
    const { floor = [], 'as shipped': shipped = [], 'snapshots off': off = [] } = samples
    return [what, cell(floor), cell(shipped), ratio(shipped, floor), cell(off), ratio(off, floor)]
  })
  const widths = head.map((_, column) => Math.max(4, ...[head, ...cells].map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), line(rule), ...cells.map(line)].join('\n')
}

function cell(values: readonly number[]): string {
  if (values.length === 0 || values.some(Number.isNaN)) return ''
  const middle = median(values)
  const digits = middle >= 100 ? 0 : middle >= 10 ? 1 : 2
  const [text, least, most] = [middle, Math.min(...values), Math.max(...values)].map((n) => n.toFixed(digits))
  return least === most ? `${text}` : `${text} (${least}-${most})`
}

/** Within each round, where both took turns: from one to the next the machine may have become another. */
function ratio(values: readonly number[], floor: readonly number[]): string {
  const times = median(values.map((value, round) => value / (floor[round] ?? Number.NaN)))
  return Number.isFinite(times) ? times.toFixed(2) : ''
}
