/** A header for a token is there, and none can be made of it. */
export const UNREADABLE = Symbol('unreadable')

/** The cloud's own header counts before the standard one, unless it is empty. Null: neither is there. */
export function tokenOf(headers: Headers): string | typeof UNREADABLE | null {
  const own = headers.get('x-auth-token')
  const standard = headers.get('authorization')
  if (own?.trim()) return /\s/.test(own.trim()) ? UNREADABLE : own.trim()
  if (standard !== null) return /^Bearer +(\S+)$/i.exec(standard.trim())?.[1] ?? UNREADABLE
  return own === null ? null : UNREADABLE
}
