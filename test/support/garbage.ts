import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: (what?: { readonly type: 'minor' }) => void = runInNewContext('gc')

const TIMES = 100

/**
 * Bytes that stay of what `make` gives, for each time it is called, when only the young generation is collected: nothing,
 * unless something in the old one points there, which then stays until the next full collection.
 */
export function leftBehind(make: () => unknown): number {
  const usedAfter = (times: number) => {
    for (let time = 0; time < times; time++) {
      make()
      // Whatever survives two of these is old.
      collect({ type: 'minor' })
      collect({ type: 'minor' })
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  usedAfter(TIMES) // compiled by now
  collect()
  const before = usedAfter(0)
  return (usedAfter(TIMES) - before) / TIMES
}

/** Bytes that are kept for each request that `send` sends, when all that can be collected has been. */
export async function keptFor(send: (time: number) => Promise<unknown>): Promise<number> {
  const usedAfter = async (from: number) => {
    for (let time = from; time < from + TIMES; time++) await send(time)
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = await usedAfter(0) // compiled by now
  return ((await usedAfter(TIMES)) - before) / TIMES
}
