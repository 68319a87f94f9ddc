/** The same object, its promises replaced by what they come to. */
export async function settled(
  answer: Record<string, unknown>,
  pending: readonly string[],
): Promise<Record<string, unknown>> {
  const values = await Promise.all(pending.map((key) => answer[key]))
  pending.forEach((key, at) => {
    answer[key] = values[at]
  })
  return answer
}

export function isPromise<Value>(value: unknown): value is Promise<Value> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function'
}

/** What these may come to fail with is told elsewhere, or not at all: no rejection goes unheard. */
export function hearAll(values: readonly unknown[]): void {
  for (const value of values) if (isPromise(value)) value.then(undefined, () => {})
}
