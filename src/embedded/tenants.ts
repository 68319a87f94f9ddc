/** Who is asking. Cyclades asks the identity service with every request; here a map does (Cyclades REST 1.4). */
import { rejectedToken, unauthorized } from './faults.ts'

export class Tenants {
  readonly #userIds: Map<string, string>
  readonly #welcome: ((userId: string) => void) | null

  /** With `welcome`, an unknown token becomes a new tenant, who is welcomed once. */
  constructor(userIds: Readonly<Record<string, string>>, welcome: ((userId: string) => void) | null) {
    this.#userIds = new Map(Object.entries(userIds))
    this.#welcome = welcome
  }

  /** The query parameter wins over the header; an empty one falls back to it. */
  userIdOf(query: URLSearchParams, header: string | string[] | undefined): string {
    const token = query.get('X-Auth-Token') || header
    if (typeof token !== 'string' || token === '') throw unauthorized('Access denied. No authentication token')
    const userId = this.#userIds.get(token)
    if (userId !== undefined) return userId
    if (!this.#welcome) throw rejectedToken()
    const newUserId = `user-${this.#userIds.size + 1}`
    this.#userIds.set(token, newUserId)
    this.#welcome(newUserId)
    return newUserId
  }
}
