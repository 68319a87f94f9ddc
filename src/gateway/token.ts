/** A header for a token is there, and none can be made of it. */
export const UNREADABLE = Symbol('unreadable')

/** The cloud's own header counts before the standard one. Null: neither is there; an empty one is none. */
export function tokenOf(headers: Headers): string | typeof UNREADABLE | null {
  const own = headers.get('x-auth-token')?.trim()
  if (own) return /\s/.test(own) ? UNREADABLE : own
  const authorization = headers.get('authorization')?.trim()
  if (!authorization) return null
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? UNREADABLE
}
