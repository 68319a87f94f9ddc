import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { settings } from '../../src/settings/table.ts'
import {
  type GatewayOptions,
  limitsOf,
  POLLS,
  type RunningGateway,
  SNAPSHOT_BYTES,
  WAITS,
  WHOLE_READ_MS,
} from './gateway-options.ts'
import { killGroup, spawnInTest } from './spawn.ts'
import { commandFor } from './target.ts'

/** A gateway as a process, by the installed command, told in its environment what the test wants. */
export async function startInstalled(cloud: EmbeddedCloud, options: GatewayOptions): Promise<RunningGateway> {
  if (options.lookouts || options.tracing || options.sharedRates)
    throw new Error('This test gives the gateway objects, which no process can be given.')
  const folder = mkdtempSync(join(tmpdir(), 'cloudnet-gateway-'))
  const [file, ...args] = commandFor({})
  const child = spawnInTest(file, args, {
    env: { PATH: process.env.PATH, ...environment(cloud, options, folder) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const logged: string[] = []
  let rest = ''
  child.stdout.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    logged.push(...lines)
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  let isExpected = false
  const closed = once(child, 'close').then(([code, signal]) => {
    rmSync(folder, { recursive: true, force: true })
    if (!isExpected) console.error(`The gateway has ended (${signal ?? code}): ${stderr}${logged.slice(-3).join('\n')}`)
  })
  const saying = async (what: RegExp): Promise<string> => {
    for (;;) {
      const line = logged.find((each) => what.test(each))
      if (line) return what.exec(line)?.[1] ?? ''
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the gateway has ended (${child.signalCode ?? child.exitCode}): ${stderr}`)
      await Promise.race([once(child.stdout, 'data'), closed])
    }
  }
  return {
    url: (await saying(/GraphiQL at (http:\/\/[^/]+)\/graphql/)).replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:'),
    logged,
    stop: async () => {
      isExpected = true
      child.kill('SIGTERM')
      await saying(/"(stopping)"/)
      return { ended: closed }
    },
    close: async () => {
      isExpected = true
      killGroup(child)
      await closed
    },
  }
}

function environment(cloud: EmbeddedCloud, options: GatewayOptions, folder: string): Record<string, string> {
  const { waits = WAITS, polls = POLLS, defaultToken = cloud.token } = options
  const inFile = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const { ca, persistedOperations, ...limits } = limitsOf(options)
  const values: Partial<Record<keyof typeof settings, unknown>> = {
    ...limits,
    ca: ca && inFile('ca.pem', ca),
    persistedOperations:
      persistedOperations && inFile('operations.json', JSON.stringify(Object.fromEntries(persistedOperations))),
    port: 0,
    host: options.host ?? null,
    cloudUrl: cloud.url,
    cloudToken: defaultToken,
    waitFirstMs: waits.firstMs,
    waitLongestMs: waits.longestMs,
    pollShortestMs: polls.shortestMs,
    pollLongestMs: polls.longestMs,
    snapshots: options.snapshots ?? true,
    snapshotBytes: options.snapshotBytes ?? SNAPSHOT_BYTES,
    wholeReadMs: options.wholeReadMs ?? WHOLE_READ_MS,
    maxPageRows: options.maxPageRows ?? 10_000,
    // The URL is told at level info.
    logLevel: options.logLevel ?? 'debug',
    graceMs: options.graceMs ?? 0,
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (value === null || value === undefined) return []
      const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
      if (text === '') return [] // an empty list
      return [[settings[name as keyof typeof settings].env, text]]
    }),
  )
}
