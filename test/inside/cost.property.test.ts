/**
 * Whatever document the limits take, what is done for it stays within the count that they state: of rows looked at and values made, in
 * all, and between two turns of others. That the count is true is judged by what is read of the graph's own lists, element by element.
 *
 * PROPERTY_RUNS and PROPERTY_SEED choose how many documents and which; a failure prints the seed and the smallest one.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { type ExecutionResult, type OperationDefinitionNode, parse, specifiedRules, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { originSettings } from '../../src/cloud/backend-settings.ts'
import { createBackend } from '../../src/cloud/backends.ts'
import type { Network, Server } from '../../src/cloud/model.ts'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { PlannedOperation } from '../../src/gateway/execution/planned-operation.ts'
import { EventLoop } from '../../src/gateway/execution/turns.ts'
import { overLimits } from '../../src/gateway/limits/document-limits.ts'
import { Graph } from '../../src/graph/graph.ts'
import { Connects } from '../../src/operations/connects.ts'
import type { OperationContext } from '../../src/operations/context.ts'
import type { SchemaContext } from '../../src/schema/context.ts'
import { Cost } from '../../src/schema/cost.ts'
import { fragmentsOf } from '../../src/schema/fragments.ts'
import { schema } from '../../src/schema/index.ts'
import { countCalls, predictCalls } from '../../src/schema/rest-calls.ts'
import { shippedLimits } from '../support/gateway.ts'
import { type HeavyDocument, heavyDocument } from '../support/heavy-documents.ts'

const runs = Number(process.env.PROPERTY_RUNS ?? 700)
const seed = Number(process.env.PROPERTY_SEED ?? Math.trunc(Math.random() * 2 ** 31))

const SERVERS = 1000
/** Less than shipped, so that it is met often. */
const limits = { ...shippedLimits(), maxSteps: 20_000, maxRows: 10_000 }
const MOST_STEPS_A_TURN = 3000
/** What one resolver does at most, in one piece: it sorts all servers. */
const LARGEST_STEP = 20 * SERVERS + 8 * SERVERS

/** How many elements of the graph's lists were read. */
let elements = 0

function watched<Item>(items: readonly Item[]): readonly Item[] {
  return new Proxy(items, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^\d/.test(key)) elements++
      return Reflect.get(target, key, receiver)
    },
  })
}

const withWatched = <Thing extends object>(thing: Thing, key: keyof Thing): Thing =>
  Object.create(thing, { [key]: { value: watched(thing[key] as readonly unknown[]) } })

async function graphOf(nicsPerServer: number) {
  await using cloud = await startEmbeddedCloud({ seed: { networks: 20, servers: SERVERS, nicsPerServer } })
  const info = { name: 'cloud', dialect: 'cyclades', embedded: false }
  const backend = createBackend({ ...originSettings(new URL(cloud.url), limits), info })
  const own = backend.as({ token: cloud.token })
  const servers = (await own.servers()).map((server) => withWatched<Server>(server, 'nics'))
  const networks = (await own.networks()).map((network) => withWatched<Network>(network, 'nicRefs'))
  await backend.close()
  const byId = <Thing extends { readonly id: string }>(things: Thing[]) =>
    new Map(things.map((thing) => [thing.id, thing]))
  return { backend, snapshot: { servers: byId(servers), networks: byId(networks) } }
}

/** A document keeps what it has no use for. */
const rules = specifiedRules.filter(({ name }) => !/^NoUnused/.test(name))

type Refused = 'by its size' | 'by its calls' | 'by its cost'

/** What was done for it, or that it is refused. */
async function cost({ text, variables }: HeavyDocument, { backend, snapshot }: Awaited<ReturnType<typeof graphOf>>) {
  const document = parse(text)
  expect(validate(schema, document, rules), text).toEqual([])
  const refused = (by: Refused) => ({ refused: by, steps: 0, elements: 0, longest: 0 })
  if (overLimits(schema, document, limits).length > 0) return refused('by its size')
  const definition = document.definitions[0] as OperationDefinitionNode
  const calls = countCalls(predictCalls(schema, definition, fragmentsOf(document)), definition, variables)
  if (calls > limits.maxRestCalls) return refused('by its calls')

  const spent = new Cost(limits)
  const never = () => Promise.reject(new Error('All is there.'))
  const reads = { networks: never, servers: never, networksByIds: never, serversByIds: never, isNear: () => true }
  const graph = new Graph(backend, reads, () => reads, spent)
  graph.hold(snapshot)
  const { info, ids } = backend
  const operation = () =>
    ({ connects: new Connects(), caller: 'caller' }) as Partial<OperationContext> as OperationContext
  const contextValue = { graph, ids, info, maxPageRows: 10_000, cost: spent, operation } satisfies SchemaContext
  const pace = { longestTurnMs: Number.POSITIVE_INFINITY, mostSteps: MOST_STEPS_A_TURN, stepsALook: 100 }
  let longest = 0
  let last = 0
  let isOver = false
  const look = () => {
    longest = Math.max(longest, spent.steps - last)
    last = spent.steps
  }
  const others = async () => {
    for (await nextTurn(); !isOver; await nextTurn()) look()
  }
  const waiting = others()
  elements = 0
  const planned = new PlannedOperation(schema, document, definition)
  const result: ExecutionResult = await planned.execute(
    { variableValues: variables, contextValue },
    new EventLoop(pace),
  )
  const read = elements
  look()
  isOver = true
  await waiting
  const isRefused = result.errors?.some(({ extensions }) => extensions.code === 'QUERY_TOO_COSTLY')
  return { refused: isRefused ? ('by its cost' as Refused) : null, steps: spent.steps, elements: read, longest }
}

describe.each([1, 3, 7])('over 1000 servers with %i nics each', (nicsPerServer) => {
  it(
    `costs what it is said to cost (seed ${seed})`,
    async () => {
      const graph = await graphOf(nicsPerServer)
      const outcomes = new Map<string, number>()
      const play = async (document: HeavyDocument) => {
        const { refused, steps, elements: read, longest } = await cost(document, graph)
        outcomes.set(refused ?? 'answered', (outcomes.get(refused ?? 'answered') ?? 0) + 1)
        expect(steps).toBeLessThanOrEqual(limits.maxSteps + LARGEST_STEP)
        expect(longest).toBeLessThanOrEqual(MOST_STEPS_A_TURN + LARGEST_STEP)
        expect(read).toBeLessThanOrEqual(5 * steps + 20 * SERVERS)
      }
      await fc.assert(fc.asyncProperty(heavyDocument, play), { seed, numRuns: runs })
      if (runs >= 100)
        expect([...outcomes.keys()].toSorted()).toEqual(expect.arrayContaining(['answered', 'by its cost']))
    },
    Math.max(60_000, runs * 1000),
  )
})
