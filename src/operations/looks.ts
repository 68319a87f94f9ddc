import type { Server } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import type { Standing } from './sent-removal.ts'

/** A server at a look that began then, by `performance.now()`. */
export interface Look {
  readonly server: Server
  readonly lookedAt: number
}

type Looking = Pick<OperationContext, 'cloud' | 'connects' | 'removals'>

/** Reads a server afresh; what of our connects and removals it shows as ended is noted. */
export async function lookAtServer({ cloud, connects, removals }: Looking, serverId: string): Promise<Look> {
  const lookedAt = performance.now()
  const server = await cloud.server(serverId)
  const now = { nics: server.nics, building: null, lookedAt }
  connects.seen(serverId, now)
  removals.running.seen(serverId, now)
  return { server, lookedAt }
}

/** The same of its nics, and of what is being built. A deleted server has none. */
export async function lookAtNics({ cloud, connects, removals }: Looking, serverId: string): Promise<Standing> {
  const lookedAt = performance.now()
  const now = { ...(await cloud.nicsNow(serverId)), lookedAt }
  connects.seen(serverId, now)
  removals.running.seen(serverId, now)
  return now
}
