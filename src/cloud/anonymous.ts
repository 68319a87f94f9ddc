import type { Cloud } from './cloud.ts'
import { UnauthenticatedError } from './errors.ts'

/** What a caller without a token is told, whatever they ask. */
export async function refuse(): Promise<never> {
  throw new UnauthenticatedError('No token: send one in the header X-Auth-Token, or as Authorization: Bearer.')
}

/** The cloud of a caller without a token: it refuses everything, without a call. */
export const anonymousCloud: Cloud = {
  networks: refuse,
  servers: refuse,
  networksSince: refuse,
  serversSince: refuse,
  networksByIds: refuse,
  serversByIds: refuse,
  network: refuse,
  server: refuse,
  nicsNow: refuse,
  createNetwork: refuse,
  renameNetwork: refuse,
  deleteNetwork: refuse,
  connect: refuse,
  disconnect: refuse,
  setFirewallProfile: refuse,
}
