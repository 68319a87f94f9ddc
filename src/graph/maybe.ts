/**
 * Values that are there, or on their way. What a request already holds is answered synchronously: a promise for each nic
 * is what makes graph queries slow in Node.
 */
export type MaybePromise<Value> = Value | Promise<Value>

/** Goes on at once where the value is there. */
export function andThen<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value)
}
