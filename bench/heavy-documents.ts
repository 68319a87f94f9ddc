/**
 * What the heaviest documents cost that the limits take: generated ones, over 1,000 servers of 7 nics, executed and written as the
 * gateway does. Prints the ten that kept the event loop longest, and the ten that took longest. `node bench/heavy-documents.ts 2000`
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { type OperationDefinitionNode, parse, specifiedRules, validate } from 'graphql'
import { originSettings } from '../src/cloud/backend-settings.ts'
import { createBackend } from '../src/cloud/backends.ts'
import { startEmbeddedCloud } from '../src/embedded/cloud.ts'
import { PlannedOperation } from '../src/gateway/execution/planned-operation.ts'
import { writtenInTurns } from '../src/gateway/execution/written.ts'
import { overLimits } from '../src/gateway/limits/document-limits.ts'
import { Graph } from '../src/graph/graph.ts'
import { Connects } from '../src/operations/connects.ts'
import type { OperationContext } from '../src/operations/context.ts'
import type { SchemaContext } from '../src/schema/context.ts'
import { Cost } from '../src/schema/cost.ts'
import { schema } from '../src/schema/index.ts'
import { shippedLimits } from '../test/support/gateway-options.ts'
import { heavyDocument } from '../test/support/heavy-documents.ts'

const numRuns = Number(process.argv[2] ?? 500)
const seed = Number(process.argv[3] ?? 1)
const limits = shippedLimits()
const cloud = await startEmbeddedCloud({ seed: { networks: 20, servers: 1000, nicsPerServer: 7 } })
const info = { name: 'cloud', dialect: 'cyclades', embedded: false }
const backend = createBackend({ ...originSettings(new URL(cloud.url), limits), info })
const own = backend.as({ token: cloud.token })
const byId = <Thing extends { readonly id: string }>(things: readonly Thing[]) =>
  new Map(things.map((thing) => [thing.id, thing]))
const snapshot = { servers: byId(await own.servers()), networks: byId(await own.networks()) }
const never = () => Promise.reject(new Error('All is there.'))
const reads = { networks: never, servers: never, networksByIds: never, serversByIds: never, isNear: () => true }

interface Row {
  readonly outcome: string
  readonly steps: number
  readonly bytes: number
  readonly blockedMs: number
  readonly tookMs: number
  readonly text: string
}

async function measure({
  text,
  variables,
}: {
  text: string
  variables: Readonly<Record<string, unknown>>
}): Promise<Row> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await nextTurn()
  const begun = performance.now()
  let outcome = 'refused by its size'
  let bytes = 0
  const cost = new Cost(limits)
  const document = parse(text)
  if (overLimits(schema, document, limits).length === 0) {
    validate(schema, document, specifiedRules)
    await nextTurn()
    const graph = new Graph(backend, reads, () => reads, cost)
    graph.hold(snapshot)
    const operation = () => ({ connects: new Connects(), caller: '' }) as Partial<OperationContext> as OperationContext
    const contextValue: SchemaContext = { graph, ids: backend.ids, info, maxPageRows: 10_000, cost, operation }
    const planned = new PlannedOperation(schema, document, document.definitions[0] as OperationDefinitionNode)
    const result = await planned.execute({ variableValues: variables, contextValue })
    outcome = String(
      result.errors?.find(({ extensions }) => extensions.code === 'QUERY_TOO_COSTLY')?.message ?? 'answered',
    )
    bytes = (await writtenInTurns(result)).stringify().byteLength
  }
  const tookMs = performance.now() - begun
  await nextTurn()
  delay.disable()
  return { outcome, steps: cost.steps, bytes, blockedMs: delay.max / 1e6, tookMs, text }
}

const rows: Row[] = []
for (const document of fc.sample(heavyDocument, { seed, numRuns })) rows.push(await measure(document))
for (const by of ['blockedMs', 'tookMs'] as const) {
  console.log(`\nThe ten of ${rows.length} with most ${by}:`)
  for (const row of rows.toSorted((a, b) => b[by] - a[by]).slice(0, 10)) {
    const { blockedMs, tookMs, steps, bytes, outcome, text } = row
    const shown = text.replace(/^query Heavy(\([^)]*\))? /, '').slice(0, 80)
    console.log([blockedMs.toFixed(0), tookMs.toFixed(0), steps, bytes, outcome.slice(0, 40), shown].join('\t'))
  }
}
await backend.close()
await cloud.close()
