import { expect, it } from 'vitest'
import { Lanes } from '../../../src/cloud/http/lanes.ts'
import { leftBehind } from '../../support/garbage.ts'

const LARGE = 10_000
const WAITING = 8

/** A caller who never goes away, with as much about them. */
const caller = (size: number): AbortSignal =>
  Object.assign(new AbortController().signal, { held: Array.from({ length: size }, () => 0.5) })

it('leaves who has waited to the next small collection, while others always wait', () => {
  const lanes = new Lanes({ connections: 1, queue: 100 })
  const come = (size: number) => void lanes.enter(60_000, caller(size))
  for (let number = 0; number <= WAITING; number++) come(0)
  const left = leftBehind(() => {
    // Whoever waits when it is collected is kept with reason: no large one.
    for (const size of [...Array(WAITING).fill(LARGE), ...Array(WAITING).fill(0)]) {
      come(size)
      lanes.leave()
    }
  })
  expect(left).toBeLessThan(5 * LARGE) // the large ones take 640,000 bytes
})
