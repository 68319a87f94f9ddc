import { createServer, type Server } from 'node:http'
import { createYoga, type YogaLogger } from 'graphql-yoga'
import { schema } from '../schema/index.ts'
import { type ContextSettings, createContextFactory } from './context.ts'
import { graphiqlOptions, renderGraphiQL } from './graphiql.ts'
import { documentCaches } from './limits/document-cache.ts'
import { limitPlugins } from './limits/limit-plugins.ts'
import type { Limits } from './limits/limits.ts'
import { DOCUMENT_ID } from './limits/use-persisted-only.ts'
import { listenerOf } from './listener.ts'
import { maskError } from './masking.ts'
import { useExactPaths } from './use-exact-paths.ts'
import { useJsonOnly } from './use-json-only.ts'
import { useOverload } from './use-overload.ts'
import { usePlans } from './use-plans.ts'
import { useUrlJson } from './use-url-json.ts'

export interface GatewaySettings extends Omit<ContextSettings, 'maxRows'> {
  readonly logger: YogaLogger
  readonly limits: Limits
}

const ENDPOINT = '/graphql'

/** The HTTP edge: GraphQL and GraphiQL at /graphql. Not yet listening. */
export function createGateway({ logger, limits, ...settings }: GatewaySettings): Server {
  const yoga = createYoga({
    schema,
    graphqlEndpoint: ENDPOINT,
    context: createContextFactory({ ...settings, maxRows: limits.maxRows }),
    logging: logger,
    maskedErrors: { maskError },
    plugins: [
      useExactPaths(ENDPOINT, { hasFront: limits.graphiql }),
      useOverload(ENDPOINT, settings.backend.health),
      ...limitPlugins(limits),
      useJsonOnly(),
      useUrlJson(),
      usePlans(),
    ],
    parserAndValidationCache: documentCaches(),
    extraParamNames: limits.persistedOperations ? [DOCUMENT_ID] : [],
    graphiql: limits.graphiql && graphiqlOptions({ askForToken: settings.defaultToken === null }),
    renderGraphiQL,
    // Any page could otherwise use a gateway on localhost that has a token of its own.
    cors: false,
    multipart: false,
    // The listener has counted.
    maxRequestBodySize: false,
    landingPage: false,
    // Yoga's own check answers every URL that ends so; no URL does.
    healthCheckEndpoint: '\0',
  })
  return createServer(listenerOf(yoga, limits.maxBodyBytes))
}
