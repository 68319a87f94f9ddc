/**
 * The gateway as a library: the same as the command, for a program that wants it within its own process.
 *
 * @example
 * import { createGateway, startEmbeddedCloud } from 'cloudnet-graphql'
 *
 * const cloud = await startEmbeddedCloud()
 * const gateway = await createGateway({ CLOUD_URL: cloud.url, CLOUD_TOKEN: cloud.token, PORT: 0 })
 * console.log(await gateway.listen()) // http://127.0.0.1:53124/graphql
 * await gateway.close()
 * await cloud.close()
 */
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { type Config, readConfig } from './config.ts'
import { createLog } from './log.ts'
import { openCloud } from './open-cloud.ts'
import { packageFile } from './package-files.ts'
import { listen, openGateway } from './serve.ts'
import { ConfigError } from './settings/readers.ts'
import type { settings } from './settings/table.ts'

export { type EmbeddedCloud, type EmbeddedCloudOptions, startEmbeddedCloud } from './embedded/cloud.ts'
export { schema } from './schema/index.ts'
export { ConfigError } from './settings/readers.ts'
export { version } from './version.ts'

/** The schema in GraphQL's schema definition language: the package's `schema.graphql`. */
export const typeDefs: string = readFileSync(packageFile('schema.graphql'), 'utf8')

type SettingName = Exclude<(typeof settings)[keyof typeof settings]['env'], 'WORKERS'>

/**
 * What the environment says to the command, under the same names: README lists them with their defaults. `true` and `false` are `on` and
 * `off`. The environment itself is not read. `LOG_LEVEL` is `warn` unless given, as a library is expected to be quiet.
 */
export type GatewaySettings = { readonly [Name in SettingName]?: string | number | boolean | undefined }

export interface Gateway extends AsyncDisposable {
  /** Serves `/graphql`, `/health/live`, `/health/ready` and `/metrics`. Not yet listening: see `listen`. */
  readonly server: Server
  /** Listens at HOST and PORT, and answers the URL of the endpoint. Rejects with Node's error when it cannot, EADDRINUSE for example. */
  listen(): Promise<string>
  /** Ends streams and waits, answers whoever has asked, for SHUTDOWN_GRACE_MS at most, and closes all connections. */
  close(): Promise<void>
}

/** Opens a gateway, over an embedded cloud where there is no CLOUD_URL. Throws ConfigError for a setting that cannot be used. */
export async function createGateway(given: GatewaySettings = {}): Promise<Gateway> {
  const config = configOf(given)
  const { server, stop } = await openGateway(config, await openCloud(config), await createLog(config.logLevel))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= stop()
    return closing
  }
  return {
    server,
    listen: async () => {
      if (closing) throw new Error('The gateway has been closed.')
      return listen(server, config)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function configOf(given: GatewaySettings): Config {
  if ((given as { WORKERS?: unknown }).WORKERS !== undefined)
    throw new ConfigError('WORKERS is for the command: a library has one process.')
  const env = Object.entries({ LOG_LEVEL: 'warn', ...given }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)]],
  )
  const config = readConfig(Object.fromEntries(env), [])
  if (typeof config === 'string') throw new Error('unreachable: no flag asks for help or the version')
  return config
}
