import type { Plugin } from 'graphql-yoga'
import type { Limits } from './limits.ts'
import { useCostLimits } from './use-cost-limits.ts'
import { useDocumentLimits } from './use-document-limits.ts'
import { useNoBatches } from './use-no-batches.ts'
import { useSameOrigin } from './use-same-origin.ts'

/** Everything that refuses, in the order in which a request meets it; what costs least comes first. */
export function limitPlugins(limits: Limits): Plugin[] {
  return [useSameOrigin(), useNoBatches(), useDocumentLimits(limits), useCostLimits(limits)]
}
