import { readFileSync } from 'node:fs'
import { packageFile } from './package-files.ts'
import { ConfigError } from './settings/readers.ts'

/** Each names a setting, and the packages that it needs and that are installed by whoever wants it. */
export const optionalPackages = {
  REDIS_URL: ['ioredis', '@graphql-yoga/redis-event-target'],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    '@opentelemetry/api',
    '@opentelemetry/core',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace',
  ],
} as const

/** Loads what stands on them. Throws a ConfigError that says what to install where one of them is missing. */
export async function loadOptional<Loaded>(
  setting: keyof typeof optionalPackages,
  load: () => Promise<Loaded>,
): Promise<Loaded> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    const { peerDependencies } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
      readonly peerDependencies: Readonly<Record<string, string>>
    }
    const packages = optionalPackages[setting].map((name) => `${name}@${peerDependencies[name]}`)
    throw new ConfigError(`${setting} needs packages that are not installed: npm install ${packages.join(' ')}`)
  }
}
