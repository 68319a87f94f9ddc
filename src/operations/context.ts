import type { Cloud, IdSyntax } from '../cloud/cloud.ts'
import type { Graph } from '../graph/graph.ts'
import type { Connects } from './connects.ts'
import type { Feed } from './feed.ts'
import type { Removals } from './removals.ts'
import type { Told } from './told.ts'
import type { WaitPolicy } from './wait.ts'
import type { Change } from './watch.ts'

/** What an operation works with, for one request. */
export interface OperationContext {
  readonly cloud: Cloud
  readonly ids: IdSyntax
  /** When the request came, by `performance.now()`. */
  readonly arrivedAt: number
  /** Tells callers apart: a digest of the token. */
  readonly caller: string
  /** What the answer will be read from: an operation that changed something hands over what it has read since. */
  readonly graph: Graph
  readonly waits: WaitPolicy
  /** Shared by all requests of the process. */
  readonly removals: Removals
  /** Shared likewise. */
  readonly connects: Connects
  /** Shared likewise. */
  readonly told: Told
  /** To be told when the cloud shows a change that it had accepted: those who are subscribed are told of it at once. */
  changed(): void
  /** From now on, for this caller. */
  watch(): Promise<Feed<Change>>
  /** Fires when the caller has gone: waiting stops, what was sent stands. */
  readonly signal?: AbortSignal | undefined
}
