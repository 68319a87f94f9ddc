import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { endOfTurn } from '../../src/gateway/end-of-turn.ts'

/** What happens, in this order, as seen by whoever waits. */
function record() {
  const seen: string[] = []
  const wait = async (name: string) => {
    await endOfTurn()
    seen.push(name)
  }
  return { seen, wait }
}

test('who waits in one turn goes on in the same one, first come, first served', async () => {
  const { seen, wait } = record()
  const waiting = [wait('first')]
  // What else there is to do in this turn comes before, and may have more who wait.
  await new Promise<void>((resolve) => process.nextTick(resolve))
  seen.push('other work')
  waiting.push(wait('second'))
  setImmediate(() => seen.push('the next turn'))
  await Promise.all(waiting)
  expect(seen).toEqual(['other work', 'first', 'second'])
  await nextTurn()
  expect(seen).toEqual(['other work', 'first', 'second', 'the next turn'])
})

test('who waits again waits for the end of the next one', async () => {
  const { seen, wait } = record()
  const both = wait('first').then(() => wait('first again'))
  setImmediate(() => seen.push('between'))
  await Promise.all([both, wait('second')])
  expect(seen).toEqual(['first', 'second', 'between', 'first again'])
})
