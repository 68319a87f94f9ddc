import { expect, it } from 'vitest'
import { keptFor } from '../support/garbage.ts'
import { startGateway } from '../support/gateway.ts'

const LENGTH = 100_000
/** V8 keeps equal strings but once, so each differs. */
const long = (what: string) => what + 'x'.repeat(LENGTH)

it('keeps documents and their plans, but none of the values that came with them', async () => {
  await using gateway = await startGateway({ logLevel: 'silent' })

  const ofItsOwn = await keptFor((time) =>
    gateway.run(`query Own${time}($it: String!) { __type(name: $it) { name } }`, { it: long(`own ${time}`) }),
  )
  expect(ofItsOwn).toBeLessThan(LENGTH / 4)

  const two = `query Conditions($it: Boolean!) { cloud { name @include(if: $it) } }
    query Strings($it: String!) { __type(name: $it) { name } }`
  const ofAnotherOperation = await keptFor((time) =>
    gateway.run(two, { it: long(`other ${time}`) }, { operationName: 'Strings' }),
  )
  expect(ofAnotherOperation).toBeLessThan(LENGTH / 4)
})
