import { BusyError } from '../cloud/errors.ts'

/** What a subscriber may leave unread. A burst of a large tenant fits; a reader that has stopped does not grow for ever. */
const MOST_UNREAD = 10_000

/** One subscriber's queue: filled by a watcher, read at the subscriber's own pace. Ends with an error when it is full. */
export class Feed<Item> implements AsyncIterableIterator<Item> {
  readonly #unread: Item[] = []
  readonly #onEnd: () => void
  #wanted: (item: Item) => boolean = () => true
  #waiting: PromiseWithResolvers<void> | undefined
  #end: { readonly error: unknown } | undefined

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  /** Only these from now on; the others do not count as unread. */
  where(wanted: (item: Item) => boolean): this {
    this.#wanted = wanted
    return this
  }

  push(all: readonly Item[]): void {
    if (this.#end) return
    const items = all.filter(this.#wanted)
    // What one look shows never ends the stream of a reader who keeps up, however much it is.
    if (items.length > 0 && this.#unread.length >= MOST_UNREAD) {
      this.#unread.length = 0
      this.fail(
        new BusyError(
          `The stream ends: more than ${MOST_UNREAD} changes were left unread. Read anew and subscribe again.`,
        ),
      )
      return
    }
    this.#unread.push(...items)
    this.#wake()
  }

  /** What is unread is still given, then the error. */
  fail(error: unknown): void {
    this.#close({ error })
  }

  /** What is unread is still given, and nothing else. */
  finish(): void {
    this.#close({ error: null })
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    for (;;) {
      const item = this.#unread.shift()
      if (item !== undefined) return { done: false, value: item }
      if (this.#end) {
        const { error } = this.#end
        this.#end = { error: null }
        if (error !== null) throw error
        return { done: true, value: undefined }
      }
      this.#waiting ??= Promise.withResolvers()
      await this.#waiting.promise
    }
  }

  async return(): Promise<IteratorResult<Item, undefined>> {
    this.#unread.length = 0
    this.#close({ error: null })
    this.#end = { error: null } // also instead of an error that nobody has read
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #close(end: { readonly error: unknown }): void {
    if (this.#end) return
    this.#end = end
    this.#onEnd()
    this.#wake()
  }

  #wake(): void {
    this.#waiting?.resolve()
    this.#waiting = undefined
  }
}
