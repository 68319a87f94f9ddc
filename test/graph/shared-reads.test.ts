import { expect, it } from 'vitest'
import type { Caller, Cloud, Delta } from '../../src/cloud/cloud.ts'
import { UnauthenticatedError } from '../../src/cloud/errors.ts'
import type { Network } from '../../src/cloud/model.ts'
import { SharedReads } from '../../src/graph/shared-reads.ts'

/** More than there is room for. */
const MADE_UP = 12_000

/** A cloud of empty lists, for tokens that are not made up; it tells with which marks its networks were asked for. */
function start() {
  const marks: (string | null)[] = []
  let held = Promise.resolve()
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    held = promise
    return resolve
  }
  const open = ({ token }: Caller) => ({
    async networksSince(mark: string | null): Promise<Delta<Network>> {
      if (token.startsWith('made-up')) throw new UnauthenticatedError('The cloud does not accept this token.')
      marks.push(mark)
      await held
      return { whole: mark === null, things: [], gone: [], mark: 'later' }
    },
  })
  const keep = { snapshots: true, maxBytes: 100_000_000, wholeEveryMs: 3_600_000 }
  const reads = new SharedReads((caller) => open(caller) as Partial<Cloud> as Cloud, keep)
  return { marks, hold, read: (token: string) => reads.for({ token }).networks() }
}

it('made-up tokens push nobody’s kept lists out', async () => {
  const { marks, read } = start()
  await read('somebody')
  for (let n = 0; n < MADE_UP; n++) await read(`made-up-${n}`).catch(() => {})
  await read('somebody')
  expect(marks).toEqual([null, 'later'])
})

it('made-up tokens do not keep what is read for somebody meanwhile from being kept', async () => {
  const { marks, read, hold } = start()
  const release = hold()
  const first = read('somebody')
  const others = Array.from({ length: 1500 }, (_, n) => read(`made-up-${n}`).catch(() => {}))
  release()
  await Promise.all([first, ...others])
  await read('somebody')
  expect(marks).toEqual([null, 'later'])
})

it('whose token the cloud has accepted keeps the lists from then on', async () => {
  const { marks, read } = start()
  for (const token of ['one', 'other', 'one', 'other']) await read(token)
  expect(marks).toEqual([null, null, 'later', 'later'])
})
