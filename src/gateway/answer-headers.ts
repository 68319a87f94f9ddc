import type { OriginCheck } from './limits/origin-check.ts'

type Header = readonly [name: string, value: string]

/** Of whatever the gateway sends: it is what it says that it is, and no other page may show it in a frame. */
export const PAGE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
}

/**
 * Answers are for one caller at one moment: no browser and no proxy may keep them. One that keeps them all the same should at
 * least not give them to callers who asked otherwise.
 */
const ALWAYS: readonly Header[] = [
  ...Object.entries(PAGE_HEADERS),
  ['cache-control', 'private, no-store'],
  ['vary', 'Accept, Authorization, Origin, X-Auth-Token'],
]

/**
 * The headers of each answer at the endpoint, whatever it is. Those that let a page of an allowed origin read it (CORS) name no
 * credentials: tokens come in headers that the page itself sends.
 */
export function answerHeaders(origins: OriginCheck): (origin: string | undefined) => readonly Header[] {
  return (origin) =>
    origin === undefined || !origins.allows(origin)
      ? ALWAYS
      : [
          ...ALWAYS,
          ['access-control-allow-origin', origin],
          ['access-control-expose-headers', 'X-Request-Id, Retry-After'],
        ]
}
