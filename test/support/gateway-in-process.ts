import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { originSettings } from '../../src/cloud/backend-settings.ts'
import { createBackend } from '../../src/cloud/backends.ts'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import {
  type GatewayOptions,
  limitsOf,
  POLLS,
  type RunningGateway,
  SNAPSHOT_BYTES,
  WAITS,
  WHOLE_READ_MS,
} from './gateway-options.ts'

/** A gateway of the source, within the test's process. */
export async function startInProcess(cloud: EmbeddedCloud, options: GatewayOptions): Promise<RunningGateway> {
  const limits = limitsOf(options)
  const backend = createBackend({
    ...originSettings(new URL(cloud.url), limits),
    info: { name: new URL(cloud.url).host, dialect: 'cyclades', embedded: false },
  })
  const logged: string[] = []
  const { server, stop } = createGateway({
    host: options.host ?? '127.0.0.1',
    backend,
    defaultToken: options.defaultToken === undefined ? cloud.token : options.defaultToken,
    deadlineMs: limits.deadlineMs,
    waits: options.waits ?? WAITS,
    polls: options.polls ?? POLLS,
    lookouts: options.lookouts,
    keep: {
      snapshots: options.snapshots ?? true,
      maxBytes: options.snapshotBytes ?? SNAPSHOT_BYTES,
      wholeEveryMs: options.wholeReadMs ?? WHOLE_READ_MS,
    },
    maxPageRows: options.maxPageRows ?? 10_000,
    limits,
    sharedRates: options.sharedRates,
    log: pino({ level: options.logLevel ?? 'debug', base: null }, { write: (line: string) => logged.push(line) }),
    tracing: options.tracing ?? null,
  })
  server.listen(0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens at a port
    logged,
    stop: async () => ({ ended: stop(options.graceMs ?? 0) }),
    close: async () => {
      await stop(0)
      await backend.close()
    },
  }
}
