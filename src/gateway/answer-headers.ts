import type { IncomingMessage } from 'node:http'
import type { OriginCheck } from './limits/origin-check.ts'

type Header = readonly [name: string, value: string]

/** Of what a browser can open: it is what it says that it is, and no other page may show it in a frame. */
export const PAGE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
}

/**
 * Answers are for one caller at one moment: no browser and no proxy may keep them. One that keeps them all the same should at
 * least not give them to callers who asked otherwise.
 */
export const ALWAYS: readonly Header[] = [
  ['cache-control', 'private, no-store'],
  ['vary', 'Accept, Authorization, Origin, X-Auth-Token'],
]

const OF_PAGES: readonly Header[] = [...ALWAYS, ...Object.entries(PAGE_HEADERS)]

/**
 * The headers of each answer at the endpoint, whatever it is. What was sent by POST and taken is no page, as forms are refused, and
 * each header costs a small answer a hundredth of its CPU. Those that let a page of an allowed origin read it (CORS) name no
 * credentials: tokens come in headers that the page itself sends.
 */
export function answerHeaders(origins: OriginCheck): (request: IncomingMessage, status: number) => readonly Header[] {
  return ({ method, headers: { origin } }, status) => {
    const headers = method === 'POST' && status < 400 ? ALWAYS : OF_PAGES
    if (origin === undefined || !origins.allows(origin)) return headers
    return [
      ...headers,
      ['access-control-allow-origin', origin.split(',', 1)[0] ?? ''],
      ['access-control-expose-headers', 'X-Request-Id, Retry-After'],
    ]
  }
}
