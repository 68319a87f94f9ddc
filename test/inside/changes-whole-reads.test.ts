import { expect, it, vi } from 'vitest'
import { badRequest } from '../../src/embedded/faults.ts'
import type { Lookout } from '../../src/operations/lookout.ts'
import { openEvents } from '../support/events.ts'
import { startGateway } from '../support/gateway.ts'
import { waitLong } from '../support/wait.ts'

it.each(['/servers/detail', '/networks/detail'])(
  'a look that reads %s whole, and the other list not, is none that reads all',
  async (path) => {
    const looked: boolean[] = []
    const lookout: Lookout = {
      ready: Promise.resolve(),
      isMine: true,
      looked: ({ whole }) => void looked.push(whole),
      wrote() {},
      failed() {},
      leave() {},
    }
    await using gateway = await startGateway({ lookouts: { join: () => lookout, wrote() {} } })
    const { cloud } = gateway
    await using _events = await openEvents(gateway, 'subscription { changes { at } }')
    cloud.failNext(`GET ${path}`, badRequest('Too old changes-since value.'))
    await cloud.calls.until((requests) => requests.some(({ status }) => status === 400))
    const before = looked.length
    await vi.waitFor(() => expect(looked.length).toBeGreaterThan(before + 1), waitLong) // that look has ended, and another
    expect(cloud.requests.filter(({ query }) => !('changes-since' in query)).map((call) => call.path)).toEqual([
      '/servers/detail',
      '/networks/detail',
      path,
    ])
    expect(looked).toEqual(looked.map((_whole, at) => at === 0))
  },
)
