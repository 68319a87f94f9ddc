import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection'
import type { Plugin } from 'graphql-yoga'
import type { AcceptedTokens } from './accepted-tokens.ts'
import type { Limits } from './limits.ts'
import type { OriginCheck } from './origin-check.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { useCostLimits } from './use-cost-limits.ts'
import { useDocuments } from './use-documents.ts'
import { useNoBatches } from './use-no-batches.ts'
import { useNoSuggestions } from './use-no-suggestions.ts'
import { usePersistedOnly } from './use-persisted-only.ts'
import { useRateLimit } from './use-rate-limit.ts'
import { useSameOrigin } from './use-same-origin.ts'

/** What refuses by who asks, from where and how often. */
export function callerLimits(
  rateLimiter: RateLimiter | null,
  accepted: AcceptedTokens,
  origins: OriginCheck,
): Plugin[] {
  return [...(rateLimiter ? [useRateLimit(rateLimiter, accepted)] : []), useSameOrigin(origins)]
}

/** What refuses by what is asked, in the order in which a request meets it; what costs least comes first. */
export function operationLimits(limits: Limits): Plugin[] {
  const { persistedOperations, introspection } = limits
  return [
    useNoBatches(),
    ...(persistedOperations ? [usePersistedOnly(persistedOperations)] : []),
    useDocuments(limits),
    ...(introspection ? [] : [useDisableIntrospection() as Plugin, useNoSuggestions()]),
    useCostLimits(limits),
  ]
}
