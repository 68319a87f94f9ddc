import { describe, expect, it, vi } from 'vitest'
import { BusyError } from '../../src/cloud/errors.ts'
import { Feed } from '../../src/operations/feed.ts'

const MOST_UNREAD = 10_000

function createFeed() {
  const onEnd = vi.fn()
  return { feed: new Feed<number>(onEnd), onEnd }
}

const item = (value: number) => ({ done: false, value })
const end = { done: true, value: undefined }

describe('a feed', () => {
  it('gives what was pushed, in order, to readers that came before and after', async () => {
    const { feed } = createFeed()
    const early = [feed.next(), feed.next()]
    feed.push([1])
    feed.push([2, 3])
    expect(await Promise.all(early)).toEqual([item(1), item(2)])
    expect(await feed.next()).toEqual(item(3))
  })

  it('can be read by a loop, which ends it by leaving', async () => {
    const { feed, onEnd } = createFeed()
    feed.push([1, 2, 3])
    const read: number[] = []
    for await (const value of feed) if (read.push(value) === 2) break
    expect(read).toEqual([1, 2])
    expect(onEnd).toHaveBeenCalledTimes(1)
    expect(await feed.next()).toEqual(end)
  })

  it('leaves out what is not wanted, which does not count as unread', async () => {
    const feed = createFeed().feed.where((value) => value % 2 === 0)
    feed.push(Array.from({ length: 2 * MOST_UNREAD }, (_, at) => at))
    feed.push([1])
    expect(await feed.next()).toEqual(item(0))
    expect(await feed.next()).toEqual(item(2))
  })

  it('holds ten thousand unread items', async () => {
    const { feed, onEnd } = createFeed()
    feed.push(Array(MOST_UNREAD).fill(7))
    expect(onEnd).not.toHaveBeenCalled()
    expect(await feed.next()).toEqual(item(7))
    feed.push([8]) // what was read has made room
    expect(onEnd).not.toHaveBeenCalled()
  })

  it('ends with a BusyError, and drops what is unread, when there is one more', async () => {
    const { feed, onEnd } = createFeed()
    feed.push(Array(MOST_UNREAD).fill(7))
    feed.push([8])
    expect(onEnd).toHaveBeenCalledTimes(1)
    await expect(feed.next()).rejects.toThrow(BusyError)
    expect(await feed.next()).toEqual(end)
  })

  it('gives what is unread before the error that ends it, and the error once', async () => {
    const { feed, onEnd } = createFeed()
    const error = new Error('gone')
    feed.push([1])
    feed.fail(error)
    feed.fail(new Error('another'))
    feed.push([2])
    expect(onEnd).toHaveBeenCalledTimes(1)
    expect(await feed.next()).toEqual(item(1))
    await expect(feed.next()).rejects.toBe(error)
    expect(await feed.next()).toEqual(end)
    expect(await feed.next()).toEqual(end)
  })

  it('tells a reader that waits of the error', async () => {
    const { feed } = createFeed()
    const waiting = feed.next()
    feed.fail(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
  })

  it('ends for everybody who waits when its reader returns, once', async () => {
    const { feed, onEnd } = createFeed()
    feed.push([])
    const waiting = [feed.next(), feed.next()]
    expect(await feed.return()).toEqual(end)
    expect(await Promise.all(waiting)).toEqual([end, end])
    expect(await feed.return()).toEqual(end)
    expect(onEnd).toHaveBeenCalledTimes(1)
  })

  it('gives nothing after a return, neither what was unread nor what comes', async () => {
    const { feed } = createFeed()
    feed.push([1])
    await feed.return()
    feed.push([2])
    feed.fail(new Error('too late'))
    expect(await feed.next()).toEqual(end)
  })

  it('gives no error after a return, not even one from before', async () => {
    const { feed } = createFeed()
    feed.fail(new Error('gone'))
    await feed.return()
    expect(await feed.next()).toEqual(end)
  })
})
