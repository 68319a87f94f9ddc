import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type FormattedExecutionResult, print } from 'graphql'
import { pino } from 'pino'
import { request } from 'undici'
import { type CloudLimits, originSettings } from '../../src/cloud/backend-settings.ts'
import { createBackend } from '../../src/cloud/backends.ts'
import { readConfig } from '../../src/config.ts'
import { type EmbeddedCloud, type EmbeddedCloudOptions, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { createGateway, type GatewaySettings } from '../../src/gateway/gateway.ts'
import type { Limits } from '../../src/gateway/limits/limits.ts'
import type { Tracing } from '../../src/gateway/observe/tracing.ts'
import type { Lookouts } from '../../src/operations/lookout.ts'
import type { WaitPolicy } from '../../src/operations/wait.ts'
import type { PollPolicy } from '../../src/operations/watch.ts'

export interface GatewayOptions {
  readonly cloud?: EmbeddedCloudOptions
  /** One that is there already, and stays, instead of one of its own. */
  readonly over?: EmbeddedCloud
  /** For requests that bring no token; the embedded cloud's first one unless told. */
  readonly defaultToken?: string | null
  /** Short by default, so that tests of slow jobs are fast. */
  readonly waits?: WaitPolicy
  readonly polls?: PollPolicy
  readonly lookouts?: Lookouts
  /** As shipped unless told, but without further attempts: a failure that a test asks for is what it is about. */
  readonly limits?: Partial<CloudLimits & Limits>
  readonly maxPageRows?: number
  /** On unless told, as shipped. */
  readonly snapshots?: boolean
  readonly snapshotBytes?: number
  readonly tracing?: Tracing
  readonly sharedRates?: GatewaySettings['sharedRates']
  /** What is logged is kept; debug unless told. */
  readonly logLevel?: string
}

export interface TestGateway extends AsyncDisposable {
  /** http://127.0.0.1:PORT */
  readonly url: string
  readonly cloud: EmbeddedCloud
  /** What the gateway logged, as JSON lines. */
  readonly logged: readonly string[]
  /** Ends it as the process does when it is told to. */
  stop(graceMs: number): Promise<void>
  /** Sends one operation over HTTP and gives the whole answer. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables> | string,
    variables?: Variables,
    options?: { headers?: Record<string, string>; operationName?: string; signal?: AbortSignal },
  ): Promise<FormattedExecutionResult<Data>>
}

export function shippedLimits(): CloudLimits & Limits {
  const config = readConfig({}, [])
  if (config === 'help') throw new Error('nobody asked')
  return { ...config.cloudLimits, ...config.limits }
}

/** A real gateway over a real embedded cloud, each on a port of its own; jobs take no time unless told. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const cloud = options.over ?? (await startEmbeddedCloud({ jobDelayMs: 0, ...options.cloud }))
  // What no test is about ends nothing, however busy the machine is.
  const limits = { ...shippedLimits(), timeoutMs: 60_000, deadlineMs: 60_000, retries: 0, ...options.limits }
  const backend = createBackend({
    ...originSettings(new URL(cloud.url), limits),
    info: { name: 'embedded', dialect: 'cyclades', embedded: true },
  })
  const logged: string[] = []
  const { server, stop } = createGateway({
    backend,
    defaultToken: options.defaultToken === undefined ? cloud.token : options.defaultToken,
    deadlineMs: limits.deadlineMs,
    waits: options.waits ?? { firstMs: 5, longestMs: 20 },
    polls: options.polls ?? { shortestMs: 10, longestMs: 40 },
    lookouts: options.lookouts,
    keep: { snapshots: options.snapshots ?? true, maxBytes: options.snapshotBytes ?? 64 * 2 ** 20 },
    maxPageRows: options.maxPageRows ?? 10_000,
    limits,
    sharedRates: options.sharedRates,
    log: pino({ level: options.logLevel ?? 'debug', base: null }, { write: (line: string) => logged.push(line) }),
    tracing: options.tracing ?? null,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens at a port

  return {
    url,
    cloud,
    logged,
    stop,
    run: async (document, variables, { headers = {}, operationName, signal } = {}) => {
      const query = typeof document === 'string' ? document : print(document)
      const answer = await request(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables, operationName }),
        signal: signal ?? null,
      })
      return (await answer.body.json()) as never // typed by the document; tests assert the rest
    },
    [Symbol.asyncDispose]: async () => {
      await stop(0)
      if (!options.over) await cloud.close()
      await backend.close()
    },
  }
}
