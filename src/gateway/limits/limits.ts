/** What a request may ask for at most, and what is offered at all; each is a setting. */
export interface Limits {
  /** Names and addresses that the gateway may be asked by, beside loopback and the one that it listens at. */
  readonly allowedHosts: readonly string[]
  /** Pages of these may use the gateway, beside its own. */
  readonly allowedOrigins: readonly string[]
  /** Of a request. */
  readonly maxBodyBytes: number
  readonly maxTokens: number
  readonly maxDepth: number
  readonly maxAliases: number
  readonly maxRootFields: number
  readonly maxDirectives: number
  readonly maxRestCalls: number
  readonly maxRows: number
  readonly maxSteps: number
  /** Of one token, or of one address without a token; 0: as many as they like. */
  readonly requestsPerMinute: number
  readonly graphiql: boolean
  readonly introspection: boolean
  /** Text by id: no other operation is taken. Null: any is. */
  readonly persistedOperations: ReadonlyMap<string, string> | null
}
