/** A header for a token is there, and none can be made of it. */
export const UNREADABLE = Symbol('unreadable')

/**
 * The cloud's own header counts before the standard one, unless it is empty. Null: neither is there. No token has a comma (RFC 9110,
 * token68), with which Node joins a header that came several times.
 */
export function tokenOf(headers: Headers): string | typeof UNREADABLE | null {
  const own = headers.get('x-auth-token')
  const standard = headers.get('authorization')
  if (own?.trim()) return /[\s,]/.test(own.trim()) ? UNREADABLE : own.trim()
  if (standard !== null) return /^Bearer +([^\s,]+)$/i.exec(standard.trim())?.[1] ?? UNREADABLE
  return own === null ? null : UNREADABLE
}
