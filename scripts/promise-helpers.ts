/**
 * What the build puts in the place of `@whatwg-node/promise-helpers` 1.3, which yoga and envelop ask at every step of a request
 * whether a value is a promise: 2.0 of the same library, which makes no objects for values that are none (a sixth of the CPU of
 * `{ __typename }`, a tenth of one network's nics, Node 24), with the one function that it has dropped and envelop 5 calls.
 * It goes with a yoga on promise-helpers 2.
 */
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers'

export * from '@whatwg-node/promise-helpers'

export function mapMaybePromise<Input, Output>(
  input: MaybePromise<Input>,
  onSuccess: (value: Input) => MaybePromise<Output>,
  onError?: (error: unknown) => MaybePromise<Output>,
): MaybePromise<Output> {
  return handleMaybePromise(() => input, onSuccess, onError)
}
