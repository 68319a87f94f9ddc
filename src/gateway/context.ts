import { anonymousCloud, refuse } from '../cloud/anonymous.ts'
import type { Backend } from '../cloud/cloud.ts'
import { tokenDigests } from '../cloud/token-digest.ts'
import { Graph } from '../graph/graph.ts'
import { ownReads } from '../graph/reads.ts'
import { type KeepPolicy, SharedReads } from '../graph/shared-reads.ts'
import { Connects } from '../operations/connects.ts'
import type { Lookouts } from '../operations/lookout.ts'
import { Removals } from '../operations/removals.ts'
import { Told } from '../operations/told.ts'
import type { WaitPolicy } from '../operations/wait.ts'
import type { PollPolicy } from '../operations/watch.ts'
import { Watches } from '../operations/watches.ts'
import type { SchemaContext } from '../schema/context.ts'
import { Cost, type MostCost } from '../schema/cost.ts'
import { arrivalOf } from './arrival.ts'
import type { RequestCaller } from './caller.ts'

export interface ContextSettings extends MostCost {
  readonly backend: Backend
  readonly callerOf: (request: Request) => RequestCaller
  /** What the reads of a query may take together. */
  readonly deadlineMs: number
  readonly waits: WaitPolicy
  readonly polls: PollPolicy
  /** Who polls, of several processes; this one unless told. */
  readonly lookouts?: Lookouts | undefined
  readonly keep: KeepPolicy
  readonly maxPageRows: number
  /** Fires when the gateway ends: streams end, and waiting. */
  readonly ending: AbortSignal
}

/** Makes the context of each request: its own view of the cloud, with its own token, and nothing of anybody else's. */
export function createContextFactory(settings: ContextSettings) {
  const { backend, callerOf, deadlineMs, polls, lookouts, keep, maxPageRows, ending } = settings
  const waits = { ...settings.waits, ending }
  const { info, ids } = backend
  const reads = new SharedReads((caller) => backend.as(caller), keep)
  const removals = new Removals()
  const connects = new Connects()
  const told = new Told()
  const callerDigest = tokenDigests()
  const watches = new Watches(
    { ...polls, wholeEveryMs: keep.wholeEveryMs, hurriedMs: Math.min(waits.firstMs, polls.shortestMs) },
    lookouts,
  )
  ending.addEventListener('abort', () => watches.end())
  const contextOf = ({ request }: { readonly request: Request }): SchemaContext => {
    const { signal } = request
    const arrivedAt = performance.now()
    const watcher = arrivalOf(request)?.record
    const { token, queuedAs } = callerOf(request)
    const changed = () => {
      if (token !== null) watches.wrote(token)
    }
    const deadlineAt = arrivedAt + deadlineMs
    const cloud =
      token === null
        ? anonymousCloud
        : backend.as({
            token,
            queuedAs,
            signal,
            watcher,
            inTurn: (send) => watches.inTurn(token, () => send().finally(() => reads.wrote(token)), signal),
          })
    const own = () => ownReads(cloud)
    const shared = () => (token === null ? own() : reads.for({ token, queuedAs, signal, watcher, deadlineAt }))
    const cost = new Cost(settings)
    const graph = new Graph(backend, shared(), own, cost)
    // Without the request's signal: a watch outlives its first subscriber.
    const watch = async () => {
      if (token === null) return refuse()
      const feed = await watches.subscribe(token, (stopped) => backend.as({ token, queuedAs, signal: stopped }), signal)
      // Here, as yoga drops what comes too late without a word, and may answer something else than a stream.
      const end = () => void feed.return()
      if (signal.aborted) end()
      else signal.addEventListener('abort', end)
      return feed
    }
    return {
      graph,
      ids,
      info,
      maxPageRows,
      cost,
      operation: () => {
        graph.leaveTables()
        const caller = token === null ? '' : callerDigest(token)
        return { cloud, ids, arrivedAt, caller, graph, waits, removals, connects, told, watch, changed, signal }
      },
    }
  }
  return { contextOf, watches }
}
