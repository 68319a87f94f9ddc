import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection'
import type { Plugin } from 'graphql-yoga'
import type { Limits } from './limits.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { useCostLimits } from './use-cost-limits.ts'
import { useDocuments } from './use-documents.ts'
import { useNoBatches } from './use-no-batches.ts'
import { useNoSuggestions } from './use-no-suggestions.ts'
import { usePersistedOnly } from './use-persisted-only.ts'
import { useRateLimit } from './use-rate-limit.ts'
import { useSameOrigin } from './use-same-origin.ts'

/** Everything that refuses, in the order in which a request meets it; what costs least comes first. */
export function limitPlugins(limits: Limits, rateLimiter: RateLimiter | null): Plugin[] {
  const { persistedOperations, introspection } = limits
  return [
    ...(rateLimiter ? [useRateLimit(rateLimiter)] : []),
    useSameOrigin(),
    useNoBatches(),
    ...(persistedOperations ? [usePersistedOnly(persistedOperations)] : []),
    useDocuments(limits),
    ...(introspection ? [] : [useDisableIntrospection() as Plugin, useNoSuggestions()]),
    useCostLimits(limits),
  ]
}
