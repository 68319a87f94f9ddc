import type { IncomingHttpHeaders } from 'node:http'

/** The text of an answer: one; of a long list several, which are answers of the same form, with some of the rows each. */
export type Parts = readonly [string, ...string[]]

/** What came back over HTTP, whatever its status. */
export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly parts: Parts
}

/** A proxy's word for a cloud that does not answer. A 503 in the cloud's own words is an answer. */
export function isSick({ status, parts }: RawAnswer): boolean {
  return status === 502 || status === 504 || (status === 503 && !parts[0].startsWith('{'))
}

/** GraphQL's Int ends here. */
const MOST_SECONDS = 2 ** 31 - 1

/** The value of the header Retry-After in seconds, of both its forms; null when absent or unreadable. */
export function retryAfterSeconds({ headers }: RawAnswer): number | null {
  const text = headers['retry-after']
  if (text === undefined) return null
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000)
  return Number.isNaN(seconds) ? null : Math.min(Math.max(0, seconds), MOST_SECONDS)
}

/** The cloud's own time, of the header Date, to the second; null when absent or unreadable. */
export function dateOf({ headers }: RawAnswer): Date | null {
  const date = new Date(String(headers.date))
  return Number.isNaN(date.getTime()) ? null : date
}
