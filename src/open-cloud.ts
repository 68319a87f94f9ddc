import type { Config } from './config.ts'

/** The cloud that is gone over, as far as the settings or the embedded cloud tell. */
export interface OpenCloud {
  readonly url: URL
  readonly embedded: boolean
  /** For requests that bring none. */
  readonly token: string | null
  close(): Promise<void>
}

/** The one that the settings name; without one, the embedded cloud, which is started in this process. */
export async function openCloud({ cloudUrl, cloudToken, embedded }: Config): Promise<OpenCloud> {
  if (cloudUrl) return { url: cloudUrl, embedded: false, token: cloudToken, close: async () => {} }
  const { startEmbeddedCloud } = await import('./embedded/cloud.ts')
  const cloud = await startEmbeddedCloud({
    port: embedded.port,
    jobDelayMs: embedded.jobDelayMs,
    seed: embedded.generated ?? 'tutorial',
  })
  return { url: new URL(cloud.url), embedded: true, token: cloudToken ?? cloud.token, close: () => cloud.close() }
}
