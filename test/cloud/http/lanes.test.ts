import { describe, expect, it } from 'vitest'
import { CloudUnavailableError } from '../../../src/cloud/errors.ts'
import { Lanes } from '../../../src/cloud/http/lanes.ts'
import { leftBehind } from '../../support/garbage.ts'

const LARGE = 10_000
const WAITING = 8

/** A caller who never goes away, with as much about them. */
const caller = (size: number): AbortSignal =>
  Object.assign(new AbortController().signal, { held: Array.from({ length: size }, () => 0.5) })

it('leaves who has waited to the next small collection, while others always wait', () => {
  const lanes = new Lanes({ connections: 1, queue: 100 })
  const come = (size: number) => void lanes.enter(() => 'somebody', 60_000, caller(size))
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

describe('callers', () => {
  /** Those who come in this order while one lane is taken, and in which order they are let in. */
  async function served(lanes: Lanes, callers: readonly string[]) {
    const order: string[] = []
    const turnedAway: string[] = []
    const all = callers.map((who) =>
      (lanes.enter(() => who, 60_000, undefined) ?? Promise.resolve()).then(
        () => order.push(who),
        (error) => {
          expect(error).toBeInstanceOf(CloudUnavailableError)
          turnedAway.push(who)
        },
      ),
    )
    for (const _call of callers) {
      await Promise.resolve()
      lanes.leave()
    }
    await Promise.all(all)
    return { order: order.join(''), turnedAway: turnedAway.join('') }
  }

  const taken = (queue: number) => {
    const lanes = new Lanes({ connections: 1, queue })
    expect(lanes.enter(() => 'somebody', 60_000, undefined)).toBeNull()
    return lanes
  }

  it('take turns, so that nobody waits for all that another has asked before', async () => {
    expect(await served(taken(100), [...'aaaaaabbc'])).toEqual({ order: 'abcabaaaa', turnedAway: '' })
  })

  it('with most waiting calls make room for others, as far as those have fewer', async () => {
    const lanes = taken(4)
    expect(await served(lanes, [...'aaaaabbbc'])).toEqual({ order: 'abcb', turnedAway: 'aaaba' })
  })

  it('are told whether there is room for them', () => {
    const lanes = taken(2)
    for (const who of ['a', 'a']) lanes.enter(() => who, 60_000, undefined)?.catch(() => {})
    expect([lanes.isFull, lanes.isFullFor('a'), lanes.isFullFor('b')]).toEqual([true, true, false])
    lanes.enter(() => 'b', 60_000, undefined)?.catch(() => {})
    expect([lanes.isFullFor('a'), lanes.isFullFor('b'), lanes.isFullFor('c')]).toEqual([true, true, true])
  })
})
