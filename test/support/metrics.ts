import { expect, vi } from 'vitest'
import { http } from './http.ts'
import { waitLong } from './wait.ts'

interface Asked {
  readonly url: string
}

/** The lines of `/metrics` that begin so. */
export async function metric(gateway: Asked, name: string): Promise<string[]> {
  const { text } = await http(gateway, '/metrics')
  return text.split('\n').filter((line) => line.startsWith(name))
}

/**
 * Waits until so many requests are being answered, streams among them. Each of those has come as far as it can then, since
 * this one, which comes after it, is answered: it waits for the cloud.
 */
export const untilInFlight = (gateway: Asked, count: number) =>
  vi.waitFor(
    async () =>
      expect(await metric(gateway, 'cloudnet_http_requests_in_flight ')).toEqual([
        `cloudnet_http_requests_in_flight ${count}`,
      ]),
    waitLong,
  )
