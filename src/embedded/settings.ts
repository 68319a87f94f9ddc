/** The command line of `npm run embedded`. */
import { parseArgs } from 'node:util'
import type { EmbeddedCloudOptions } from './cloud.ts'

export const USAGE = `Usage: npm run embedded -- [options]

  --host HOST              address to listen at (127.0.0.1)
  --port PORT              0 takes any free port (4100)
  --networks N             a generated graph instead of the tutorial's state: networks in all,
  --servers N                servers,
  --nics-per-server N        and nics of each server, the public one included (3)
  --job-delay MS           how long connecting, starting and the like take (150)
  --quota N                private networks a tenant may have (50, beyond those generated)
  --open-tenants           an unknown token becomes a new tenant, instead of a 401
  --help                   this text`

const FLAGS = {
  host: { type: 'string' },
  port: { type: 'string' },
  networks: { type: 'string' },
  servers: { type: 'string' },
  'nics-per-server': { type: 'string' },
  'job-delay': { type: 'string' },
  quota: { type: 'string' },
  'open-tenants': { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** Null when asked for help. Throws an Error with one readable line when something is wrong. */
export function readSettings(args: readonly string[]): EmbeddedCloudOptions | null {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false })
  if (values.help) return null
  const options: EmbeddedCloudOptions = {
    port: readNumber('port', values.port, 65_535) ?? 4100,
    openTenants: values['open-tenants'] ?? false,
  }
  if (values.host !== undefined) options.host = values.host
  const jobDelayMs = readNumber('job-delay', values['job-delay'], 3_600_000)
  if (jobDelayMs !== undefined) options.jobDelayMs = jobDelayMs
  const quota = readNumber('quota', values.quota, 1_000_000)
  if (quota !== undefined) options.privateNetworkQuota = quota
  const networks = readNumber('networks', values.networks, 10_000)
  const servers = readNumber('servers', values.servers, 100_000)
  const nicsPerServer = readNumber('nics-per-server', values['nics-per-server'], 64)
  if (networks !== undefined || servers !== undefined || nicsPerServer !== undefined)
    options.seed = { networks: networks ?? 50, servers: servers ?? 100, nicsPerServer: nicsPerServer ?? 3 }
  return options
}

function readNumber(flag: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text) || Number(text) > max) throw new Error(`--${flag} takes a whole number from 0 to ${max}`)
  return Number(text)
}
