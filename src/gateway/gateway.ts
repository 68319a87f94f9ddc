import { createServer, type Server } from 'node:http'
import { createYoga, type YogaInitialContext } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { SchemaContext } from '../schema/context.ts'
import { schema } from '../schema/index.ts'
import { answerHeaders } from './answer-headers.ts'
import { callerFinder } from './caller.ts'
import { type ContextSettings, createContextFactory } from './context.ts'
import { Ending } from './ending.ts'
import { graphiqlOptions, renderGraphiQL } from './graphiql.ts'
import { AcceptedTokens } from './limits/accepted-tokens.ts'
import { callerLimits, operationLimits } from './limits/limit-plugins.ts'
import type { Limits } from './limits/limits.ts'
import { OriginCheck } from './limits/origin-check.ts'
import { forOwnHost } from './limits/own-host.ts'
import { type RateLimiter, rateLimiterInMemory } from './limits/rate-limiter.ts'
import { DOCUMENT_ID } from './limits/use-persisted-only.ts'
import { listenerOf } from './listener.ts'
import { yogaLogger } from './log.ts'
import { maskError } from './masking.ts'
import { useEventNegotiation, useNegotiation } from './negotiation/use-negotiation.ts'
import { refuseInJson } from './node-refusals.ts'
import { Metrics } from './observe/metrics.ts'
import { Observer } from './observe/observer.ts'
import { watchRootFields } from './observe/root-fields.ts'
import type { Tracing } from './observe/tracing.ts'
import { useRecord } from './observe/use-record.ts'
import { pagesOf } from './pages.ts'
import { type AnswerContext, useAnswersAgain } from './use-answers-again.ts'
import { useCors } from './use-cors.ts'
import { useExactPaths } from './use-exact-paths.ts'
import { useOverload } from './use-overload.ts'
import { useParameters } from './use-parameters.ts'
import { usePlans } from './use-plans.ts'
import { usePresence } from './use-presence.ts'

export interface GatewaySettings extends Omit<ContextSettings, 'ending' | 'maxRows' | 'maxSteps' | 'callerOf'> {
  /** Used for requests that bring no token, not even one that cannot be read; null: they are refused. */
  readonly defaultToken: string | null
  /** What it will listen at. */
  readonly host: string
  readonly log: Logger
  /** Null: requests are not traced. */
  readonly tracing: Tracing | null
  /** What reads the metrics of several processes, this one's among them; this one's alone unless told. */
  readonly metricsOfAll?: ((own: Registry) => () => Promise<string>) | undefined
  readonly limits: Limits
  /** Makes a limiter that counts for several processes of one that counts for this alone, which is taken unless told. */
  readonly sharedRates?: ((requestsPerMinute: number, alone: RateLimiter) => RateLimiter) | undefined
}

export interface Gateway {
  /** GraphQL and GraphiQL at /graphql, health and metrics beside it. Not yet listening. */
  readonly server: Server
  /** Ends streams and waits, and answers whoever has asked; who is not answered within the grace is cut off. */
  stop(graceMs: number): Promise<void>
}

const ENDPOINT = '/graphql'

const connections = {
  /** Longer than a load balancer keeps one (60 s, mostly), which else sends a request into one that is being closed. */
  keepAliveTimeout: 65_000,
  /** Whoever sends a byte now and then holds a connection, and no longer than this. */
  headersTimeout: 20_000,
  requestTimeout: 30_000,
}

/** The HTTP edge. */
export function createGateway({
  host,
  defaultToken,
  log,
  tracing,
  metricsOfAll,
  limits,
  sharedRates,
  ...settings
}: GatewaySettings): Gateway {
  const ending = new Ending()
  const origins = new OriginCheck(limits.allowedOrigins)
  const { health, onCall, onToken } = settings.backend
  const accepted = new AcceptedTokens()
  onToken((token, isAccepted) => accepted.told(token, isAccepted))
  const callerOf = callerFinder(defaultToken, accepted)
  const { contextOf, watches } = createContextFactory({
    ...settings,
    ...{ callerOf, maxRows: limits.maxRows, maxSteps: limits.maxSteps, ending: ending.signal },
  })
  const metrics = new Metrics({ health, subscriptions: () => watches.subscribers })
  onCall((...call) => metrics.called(...call))
  watchRootFields(schema, { isTraced: tracing !== null })
  const yoga = createYoga<object, SchemaContext>({
    schema,
    graphqlEndpoint: ENDPOINT,
    context: (asking: YogaInitialContext & AnswerContext) => asking.schemaContext ?? contextOf(asking),
    logging: yogaLogger(log),
    maskedErrors: { maskError },
    plugins: [
      useRecord(),
      useExactPaths(ENDPOINT, { hasFront: limits.graphiql }),
      useCors(ENDPOINT, origins),
      useOverload(ENDPOINT, health, callerOf),
      ...callerLimits(rateLimiterOf(limits, sharedRates), accepted, origins),
      useNegotiation(),
      useAnswersAgain(contextOf),
      useParameters({ idName: DOCUMENT_ID, takesIds: limits.persistedOperations !== null }),
      ...operationLimits(limits),
      useEventNegotiation(),
      usePresence(),
      usePlans(),
    ],
    // useDocuments keeps them.
    parserAndValidationCache: false,
    extraParamNames: limits.persistedOperations ? [DOCUMENT_ID] : [],
    graphiql: limits.graphiql && graphiqlOptions({ askForToken: defaultToken === null }),
    renderGraphiQL,
    // useCors and the listener's headers are it: yoga's allows credentials, and any page unless told.
    cors: false,
    multipart: false,
    // The listener has counted.
    maxRequestBodySize: false,
    landingPage: false,
    // Yoga's own check answers every URL that ends so; no URL does.
    healthCheckEndpoint: '\0',
  })
  const readiness = {
    get isStopping() {
      return ending.signal.aborted
    },
    answers: (timeoutMs: number) => health.answers(timeoutMs),
  }
  const listener = listenerOf({
    yoga: forOwnHost(yoga, { host, allowedHosts: limits.allowedHosts }),
    endpoint: ENDPOINT,
    pages: pagesOf(readiness, metricsOfAll?.(metrics.registry) ?? (() => metrics.registry.metrics())),
    observer: new Observer({ log, metrics, tracing }),
    headersFor: answerHeaders(origins),
    maxBodyBytes: limits.maxBodyBytes,
  })
  const server: Server = refuseInJson(
    createServer(
      connections,
      ending.closing(() => server, listener),
    ),
  )
  return { server, stop: (graceMs) => ending.begin(server, graceMs) }
}

function rateLimiterOf({ requestsPerMinute }: Limits, shared: GatewaySettings['sharedRates']): RateLimiter | null {
  if (requestsPerMinute === 0) return null
  const alone = rateLimiterInMemory(requestsPerMinute)
  return shared ? shared(requestsPerMinute, alone) : alone
}
