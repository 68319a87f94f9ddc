import { createServer, type Server } from 'node:http'
import { createYoga, type YogaLogger } from 'graphql-yoga'
import { schema } from '../schema/index.ts'
import { type ContextSettings, createContextFactory } from './context.ts'
import { graphiqlOptions, renderGraphiQL } from './graphiql.ts'
import { maskError } from './masking.ts'
import { useExactPaths } from './use-exact-paths.ts'
import { useJit } from './use-jit.ts'
import { useJsonOnly } from './use-json-only.ts'

export interface GatewaySettings extends ContextSettings {
  readonly logger: YogaLogger
}

const ENDPOINT = '/graphql'

/** The HTTP edge: GraphQL and GraphiQL at /graphql. Not yet listening. */
export function createGateway({ logger, ...settings }: GatewaySettings): Server {
  const yoga = createYoga({
    schema,
    graphqlEndpoint: ENDPOINT,
    context: createContextFactory(settings),
    logging: logger,
    maskedErrors: { maskError },
    plugins: [useJit(), useExactPaths(ENDPOINT), useJsonOnly()],
    graphiql: graphiqlOptions({ askForToken: settings.defaultToken === null }),
    renderGraphiQL,
    // Any page could otherwise use a gateway on localhost that has a token of its own.
    cors: false,
    multipart: false,
    landingPage: false,
    // Yoga's own check answers every URL that ends so; no URL does.
    healthCheckEndpoint: '\0',
  })
  // Yoga answers rejections itself; its listener's promise never rejects.
  return createServer((request, response) => void yoga(request, response))
}
