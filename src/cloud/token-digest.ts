import { hash, randomBytes } from 'node:crypto'

/**
 * Makes the keys under which something may be kept of a token's caller: by a secret of their own, so that a key tells nothing
 * of the token, nor is the same in another process.
 */
export function tokenDigests(): (token: string) => string {
  const secret = randomBytes(32).toString('base64')
  return (token) => hash('sha256', secret + token, 'base64')
}
