import type { ExecutionResult } from 'graphql'
import { isMany } from '../../cloud/breath.ts'
import type { Graph } from '../../graph/graph.ts'
import { andThen, type MaybePromise } from '../../graph/maybe.ts'
import type { List } from '../../graph/reads.ts'
import type { QueryPlan } from './plan.ts'
import { bytesInTurns, bytesOf, written } from './written.ts'

/** Longer variables are rarely sent twice. */
const LONGEST_VARIABLES = 2000

/** The lists that made the last answer of a query; the next one is most likely made of the same. */
const madeOfLists = new WeakMap<QueryPlan, readonly List[]>()

/**
 * Answers a query without executing it where the cloud's lists are the very ones that an earlier answer was made of: it
 * asks the cloud first, as an execution would, and gives the same bytes, which `onAgain` is told. `execute` does it otherwise.
 */
export function answerOnce(
  plan: QueryPlan,
  variables: string,
  graph: Graph,
  { execute, onAgain }: { execute: () => MaybePromise<ExecutionResult>; onAgain: () => void },
): MaybePromise<ExecutionResult> {
  if (variables.length > LONGEST_VARIABLES) return execute()
  const lists = madeOfLists.get(plan)
  const known = lists?.every((list) => graph[list].isNear) ? graph.read(lists) : undefined
  return andThen(known, () => {
    const held = findAnswer(plan, variables, graph)
    if (held) {
      onAgain()
      return written(held)
    }
    return andThen(execute(), (result) => (result.errors ? result : kept(result, plan, variables, graph)))
  })
}

function findAnswer(plan: QueryPlan, variables: string, { madeOf }: Graph): Uint8Array | null {
  return madeOf?.[0]?.answers.find(plan, variables, madeOf) ?? null
}

/** An answer is worth keeping when its tables are: that is seen when a second request is given them. */
function kept(
  result: ExecutionResult,
  plan: QueryPlan,
  variables: string,
  graph: Graph,
): MaybePromise<ExecutionResult> {
  const madeOf = graph.madeOf ?? []
  const [first] = madeOf
  if (first) madeOfLists.set(plan, graph.listsRead)
  const isKept = first !== undefined && madeOf.every((table) => table.isShared)
  const isLong = isMany(graph.rows)
  if (!isKept && !isLong) return result
  return andThen(isLong ? bytesInTurns(result) : bytesOf(result), (bytes) => {
    if (isKept) first.answers.keep(plan, variables, { madeOf, bytes })
    return written(bytes)
  })
}
