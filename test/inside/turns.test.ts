/** The turns that an execution takes with others', in a time that only the test makes pass. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { buildSchema, type ExecutionResult, parse } from 'graphql'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Answer, planned } from '../support/plans.ts'

const schema = buildSchema(`
  type Query { networks: [Network!]! }
  type Network { name: String!, nics: [Network!]! }
`)
const PACE = { longestTurnMs: 20, stepsALook: 1, mostSteps: 1_000_000 }

const networks = (count: number, makeNetwork: (at: number) => object = (at) => ({ name: `${at}` })) =>
  Array.from({ length: count }, (_, at) => makeNetwork(at))

/** Lists that come when the test says so, in the order in which they were asked for. */
class Later {
  readonly #asking: ((list: object[]) => void)[] = []
  readonly read = () => new Promise<object[]>((resolve) => this.#asking.push(resolve))

  answer(list: object[]): void {
    this.#asking.shift()?.(list)
  }
}

const ask = (text: string, rootValue: object) => planned(schema, parse(text), PACE)({ rootValue })

/** How long nobody else had a turn, at the longest, and how many turns others had until there was an answer. */
async function othersTurns(
  answer: () => Answer,
): Promise<{ turns: number; longestMs: number; result: ExecutionResult }> {
  let turns = 0
  let longestMs = 0
  let last = performance.now()
  let isAnswered = false
  const looked = () => {
    longestMs = Math.max(longestMs, performance.now() - last)
    last = performance.now()
  }
  const others = async () => {
    for (await nextTurn(); !isAnswered; await nextTurn()) {
      turns++
      looked()
    }
  }
  const waiting = others()
  const result = await answer()
  isAnswered = true
  looked()
  await waiting
  return { turns, longestMs, result }
}

describe('an execution', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('gives others a turn every 20 ms of its work', async () => {
    const slow = (at: number) => ({
      name: () => {
        vi.advanceTimersByTime(1)
        return `${at}`
      },
    })
    const { turns, longestMs, result } = await othersTurns(() =>
      ask('{ networks { name } }', { networks: networks(100, slow) }),
    )
    expect(result).toMatchObject({ data: { networks: networks(100) } })
    expect(longestMs).toBeLessThanOrEqual(21) // that of the item that is over it
    expect(turns).toBe(4)
  })

  it('takes the time that it waits for the cloud for none of its own', async () => {
    const there = networks(100, (at) => ({ name: `${at}`, nics: networks(3) }))
    const cloud = new Later()
    const answer = ask('{ networks { name nics { name } } }', { networks: cloud.read })
    vi.advanceTimersByTime(50)
    const { turns, result } = await othersTurns(() => {
      cloud.answer(there)
      return answer
    })
    expect(result).toMatchObject({ data: { networks: there } })
    expect(turns).toBe(0)
  })

  it('keeps others waiting for no more than two turns, however many there are at once', async () => {
    const slow = (at: number) => ({
      name: () => {
        vi.advanceTimersByTime(1)
        return `${at}`
      },
    })
    const cloud = new Later()
    const execute = planned(schema, parse('{ networks { name } }'), PACE)
    const answers = Array.from({ length: 20 }, () => execute({ rootValue: { networks: cloud.read } }))
    const { longestMs, result } = await othersTurns(async () => {
      for (const _answer of answers) cloud.answer(networks(10, slow))
      return { data: { all: await Promise.all(answers) } }
    })
    expect(result).toMatchObject({ data: { all: Array(20).fill({ data: { networks: networks(10) } }) } })
    expect(longestMs).toBeLessThanOrEqual(41)
  })

  it('has a whole turn again for what comes later', async () => {
    const cloud = new Later()
    const answer = ask('{ networks { name } again: networks { name } }', { networks: cloud.read })
    cloud.answer(networks(2))
    await nextTurn()
    await nextTurn() // the first may come before what the answer has begun has ended
    vi.advanceTimersByTime(50)
    const { turns, result } = await othersTurns(() => {
      cloud.answer(networks(100))
      return answer
    })
    expect(result).toMatchObject({ data: { networks: networks(2), again: networks(100) } })
    expect(turns).toBe(0)
  })
})
