/** Values of JSON that are written in one piece: less than a tenth of a millisecond. */
const VALUES_A_PIECE = 500

/** Characters of a text that take as long as a value. */
const CHARACTERS_A_VALUE = 100

/** JSON of the value, in pieces that each take next to no time, however it is built. */
export function* inPieces(value: unknown): Generator<string> {
  const size = sizeOf(value, VALUES_A_PIECE)
  if (size < VALUES_A_PIECE || typeof value !== 'object' || value === null) yield JSON.stringify(value)
  else if (Array.isArray(value)) yield* ofArray(value)
  else yield* ofObject(value)
}

function* ofObject(value: object): Generator<string> {
  let before = '{'
  for (const [key, below] of Object.entries(value)) {
    if (below === undefined) continue
    yield `${before}${JSON.stringify(key)}:`
    yield* inPieces(below)
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}

/** Small items that follow each other are one piece. */
function* ofArray(items: readonly unknown[]): Generator<string> {
  let before = '['
  let from = 0
  let steps = 0
  for (const [at, item] of items.entries()) {
    const size = sizeOf(item, VALUES_A_PIECE)
    if (steps + size < VALUES_A_PIECE) {
      steps += size
      continue
    }
    if (at > from) {
      yield before + between(items, from, at)
      before = ','
    }
    from = at
    steps = size
    if (size < VALUES_A_PIECE) continue
    yield before
    yield* inPieces(item)
    before = ','
    from = at + 1
    steps = 0
  }
  if (from < items.length) {
    yield before + between(items, from, items.length)
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}

const between = (items: readonly unknown[], from: number, to: number): string =>
  JSON.stringify(items.slice(from, to)).slice(1, -1)

/** How many values it holds, as far as `most`. */
function sizeOf(value: unknown, most: number): number {
  if (typeof value === 'string') return 1 + Math.floor(value.length / CHARACTERS_A_VALUE)
  if (typeof value !== 'object' || value === null) return 1
  let size = 1
  for (const below of Array.isArray(value) ? value : Object.values(value)) {
    size += sizeOf(below, most - size)
    if (size >= most) return most
  }
  return size
}
