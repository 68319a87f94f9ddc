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

/** Of what the executor has made: an answer with a field called `then` is no promise. */
export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return value instanceof Promise
}

/** Of what a resolver has given. */
export function isPromiseLike<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function'
}

/** What these may come to fail with is told elsewhere, or not at all: no rejection goes unheard. */
export function hearAll(values: readonly unknown[]): void {
  for (const value of values) if (isPromiseLike(value)) value.then(undefined, () => {})
}
