// What the runs of a cell come to.
const DRAWS = 2000

export const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]

const ascending = (values) => values.toSorted((a, b) => a - b)

export const median = (values) => quantile(ascending(values), 0.5)

// The median of the ratios within each round, which a machine that is faster in one round than in another disturbs less.
export function byRound(runs, limits) {
  return median(runs.map((run, i) => run / limits[i]))
}

// Between which the ratio of the medians is in nine of ten draws: first of starts, since all rounds of one have the same
// processes, then of the rounds of each. Null with too little to draw from.
export function drawn(runs, limits, starts) {
  const rounds = runs.length / starts
  if (starts === 1 && rounds < 3) return null
  const any = (count) => Math.floor(Math.random() * count)
  const ratios = Array.from({ length: DRAWS }, () => {
    const drawn = Array.from({ length: starts }, () => any(starts) * rounds)
    const at = drawn.flatMap((start) => Array.from({ length: rounds }, () => start + any(rounds)))
    return median(at.map((i) => runs[i])) / median(at.map((i) => limits[i]))
  })
  const sorted = ascending(ratios)
  return [quantile(sorted, 0.05), quantile(sorted, 0.95)]
}
