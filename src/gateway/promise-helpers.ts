/**
 * What yoga, envelop and their server ask at every step of a request: is this a promise, and what then? Build and tests put
 * this module (`scripts/stand-in.ts`) in the place of `@whatwg-node/promise-helpers` 1.3, whose `handleMaybePromise` makes
 * three objects of six properties, most of them functions, for each of some sixty values a request that are no promises. Its
 * 2.0 makes none, and is for Node 22: with a yoga that stands on it this module goes. Whatever is a promise, or like one, is
 * still the library's.
 */
import {
  fakePromise,
  handleMaybePromise as handleSlowly,
  isPromise,
  type MaybePromise,
  unfakePromise,
} from '@whatwg-node/promise-helpers'

export * from '@whatwg-node/promise-helpers'
export { iterateAsync as iterateAsyncVoid }

/** As the library's: `onError` hears what `input` fails with, and not what `onSuccess` does. */
export function handleMaybePromise<Input, Output>(
  input: () => MaybePromise<Input>,
  onSuccess: (value: Input) => MaybePromise<Output>,
  onError?: (error: unknown) => MaybePromise<Output>,
  onFinally?: () => MaybePromise<void>,
): MaybePromise<Output> {
  if (onFinally) return handleSlowly(input, onSuccess, onError, onFinally)
  let value: MaybePromise<Input>
  try {
    value = input()
  } catch (error) {
    if (!onError) throw error
    return plain(onError(error))
  }
  if (isPromise(value)) return unfakePromise(fakePromise(value).then(onSuccess, onError))
  return plain(onSuccess(value))
}

/** As the library's, which has deprecated it, and envelop calls it. */
export function mapMaybePromise<Input, Output>(
  input: MaybePromise<Input>,
  onSuccess: (value: Input) => MaybePromise<Output>,
  onError?: (error: unknown) => MaybePromise<Output>,
): MaybePromise<Output> {
  return handleMaybePromise(() => input, onSuccess, onError)
}

/** As the library's: one after the other, each when the one before is done. */
export function iterateAsync<Input, Output>(
  iterable: Iterable<Input>,
  callback: (input: Input, endEarly: () => void, index: number) => MaybePromise<Output | null | undefined>,
  results?: Output[],
): MaybePromise<void> {
  const iterator = iterable[Symbol.iterator]()
  let index = 0
  const rest = (): MaybePromise<void> => {
    for (;;) {
      const { done, value } = iterator.next()
      if (done) return
      let isLast = false
      const endEarly = () => {
        isLast = true
      }
      const result = callback(value, endEarly, index++)
      if (isPromise(result)) {
        return mapMaybePromise(result, (output) => {
          if (output) results?.push(output)
          return isLast ? undefined : rest()
        })
      }
      if (result) results?.push(result)
      if (isLast) return
    }
  }
  return rest()
}

/** What the library calls a promise may be one of its fakes, which are for its own use. */
function plain<Value>(value: MaybePromise<Value>): MaybePromise<Value> {
  return isPromise(value) ? unfakePromise(fakePromise(value)) : value
}
