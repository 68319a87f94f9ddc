import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql'
import { createYoga, type Plugin, type YogaInitialContext } from 'graphql-yoga'
import { originSettings } from '../../src/cloud/backend-settings.ts'
import { createBackend } from '../../src/cloud/backends.ts'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { createContextFactory } from '../../src/gateway/context.ts'
import { PlannedOperation } from '../../src/gateway/execution/planned-operation.ts'
import { EventLoop, type Pace } from '../../src/gateway/execution/turns.ts'
import { maskError } from '../../src/gateway/masking.ts'
import { schema } from '../../src/schema/index.ts'
import { shippedLimits } from './gateway.ts'

export type Answer = ExecutionResult | Promise<ExecutionResult>
export type Execution = Pick<ExecutionArgs, 'operationName' | 'variableValues' | 'rootValue' | 'contextValue'>

/** Executes operations of that document by their plans, which are made when first needed and then kept; at that pace, if told. */
export function planned(schema: GraphQLSchema, document: DocumentNode, pace?: Pace): (execution: Execution) => Answer {
  const operations = new Map<OperationDefinitionNode, PlannedOperation>()
  const loop = pace && new EventLoop(pace)
  return (execution) => {
    const operation = getOperationAST(document, execution.operationName)
    if (!operation) throw new Error('no such operation')
    const planned = operations.get(operation) ?? new PlannedOperation(schema, document, operation)
    operations.set(operation, planned)
    return planned.execute(execution, loop)
  }
}

/** The nulls that errors made: of several that race to one, as they do when others have turns between, any may be told. */
export function nulled({ data, errors }: ExecutionResult): Set<string> {
  const places = errors?.map(({ path = [] }) => {
    let value: unknown = data
    const place = path.map((key) => {
      if (value === null) return null
      value = (value as Record<string | number, unknown>)[key]
      return key
    })
    return JSON.stringify(place)
  })
  return new Set(places)
}

/** Of the nulls that errors made only the outermost: whether what fails below them is told as well is up to who is first. */
export const outermost = (result: ExecutionResult) =>
  new Set([...nulled(result)].map((place) => place.replace(/,null.*/, ']')))

export interface Executors extends AsyncDisposable {
  /** By one plan, however often it is executed. */
  byPlan(document: DocumentNode): (execution: Execution) => Answer
  /** By graphql's own executor. */
  byGraphql(document: DocumentNode): (execution: Execution) => Answer
  /** What the gateway would answer if it had no plans, as it goes over the wire. */
  withoutPlans(
    query: string,
    variables?: object,
    options?: { operationName?: string },
  ): Promise<FormattedExecutionResult>
}

/** All ways to execute a query over one embedded cloud, each time with a context of its own. */
export function createExecutors(cloud: EmbeddedCloud): Executors {
  const backend = createBackend({
    ...originSettings(new URL(cloud.url), { ...shippedLimits(), retries: 0 }),
    info: { name: new URL(cloud.url).host, dialect: 'cyclades', embedded: false },
  })
  const { contextOf } = createContextFactory({
    backend,
    callerOf: () => ({ token: cloud.token, queuedAs: () => cloud.token }),
    deadlineMs: 20_000,
    ending: new AbortController().signal,
    waits: { firstMs: 5, longestMs: 20 },
    polls: { shortestMs: 10, longestMs: 40 },
    maxPageRows: 10_000,
    maxRows: 1_000_000,
    maxSteps: 100_000_000,
    keep: { snapshots: false, maxBytes: 1_000_000, wholeEveryMs: 60_000 },
  })
  // It asks the request for its headers and its signal, and no more.
  const fresh = () => contextOf({ request: new Request('http://gateway/graphql') } as YogaInitialContext)
  const yoga = createYoga({
    schema,
    context: contextOf,
    logging: false,
    maskedErrors: { maskError },
    plugins: [{ onExecute: ({ setExecuteFn }) => setExecuteFn(execute) } satisfies Plugin],
  })
  return {
    byPlan: (document) => {
      const executePlan = planned(schema, document)
      return (execution) => executePlan({ ...execution, contextValue: fresh() })
    },
    byGraphql: (document) => (execution) => execute({ ...execution, schema, document, contextValue: fresh() }),
    withoutPlans: async (query, variables, { operationName } = {}) => {
      const answer = await yoga.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables, operationName }),
      })
      return await answer.json()
    },
    [Symbol.asyncDispose]: () => backend.close(),
  }
}
