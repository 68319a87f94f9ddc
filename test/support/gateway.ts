import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type FormattedExecutionResult, print } from 'graphql'
import { request } from 'undici'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import type { GatewayOptions, RunningGateway } from './gateway-options.ts'
import { installed } from './target.ts'

export { type GatewayOptions, shippedLimits } from './gateway-options.ts'

export interface TestGateway extends AsyncDisposable, Omit<RunningGateway, 'close'> {
  readonly cloud: EmbeddedCloud
  /** Sends one operation over HTTP and gives the whole answer. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
    options?: { headers?: Record<string, string>; operationName?: string; signal?: AbortSignal },
  ): Promise<FormattedExecutionResult<Data>>
}

/**
 * A real gateway over a real embedded cloud, each on a port of its own; jobs take no time unless told. The gateway is the source's,
 * in this process, or the installed package's, in a process of its own (`target.ts`).
 */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const cloud = options.over ?? (await startEmbeddedCloud({ jobDelayMs: 0, ...options.cloud }))
  const start = installed
    ? (await import('./gateway-installed.ts')).startInstalled
    : (await import('./gateway-in-process.ts')).startInProcess
  const { close, ...gateway } = await start(cloud, options)
  return {
    ...gateway,
    cloud,
    run: async (document, variables, { headers = {}, operationName, signal } = {}) => {
      const query = typeof document === 'string' ? document : print(document)
      const answer = await request(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables, operationName }),
        signal: signal ?? null,
      })
      return (await answer.body.json()) as never // typed by the document; tests assert the rest
    },
    [Symbol.asyncDispose]: async () => {
      await close()
      if (!options.over) await cloud.close()
    },
  }
}
