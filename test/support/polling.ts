import { expect, vi } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { openEvents } from './events.ts'
import { waitLong } from './wait.ts'

const METRONOME = { token: 'other-token', tenant: 'user-other' }

const callsOf = ({ requests }: EmbeddedCloud, tenant: string) =>
  requests.filter((request) => request.tenant === tenant).length

/** The tenant is polled no more: while another one, at the same intervals, is polled ten times, it is not. */
export async function expectSilence(gateway: { readonly url: string; readonly cloud: EmbeddedCloud }, tenant: string) {
  const { cloud } = gateway
  await using _metronome = await openEvents(gateway, 'subscription { changes { at } }', {
    headers: { 'x-auth-token': METRONOME.token },
  })
  await vi.waitFor(async () => {
    const [before, beats] = [callsOf(cloud, tenant), callsOf(cloud, METRONOME.tenant)]
    await cloud.calls.until(() => callsOf(cloud, METRONOME.tenant) >= beats + 20) // two calls each
    expect(callsOf(cloud, tenant)).toBe(before)
  }, waitLong)
}
