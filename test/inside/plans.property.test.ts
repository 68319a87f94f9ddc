/**
 * Any document, of any source, is answered by its plan as graphql's own executor answers it: the same data in the same
 * order, the same errors, after the same calls of the same resolvers, and at once where nothing has to be waited for.
 *
 * PROPERTY_RUNS and PROPERTY_SEED choose how many documents and which; a failure prints the seed and the smallest one.
 */
import fc from 'fast-check'
import {
  type ExecutionResult,
  execute,
  GraphQLObjectType,
  GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pace } from '../../src/gateway/execution/turns.ts'
import { type Answer, type Execution, nulled, outermost, planned } from '../support/plans.ts'
import { type Desk, PatientDesk, PromptDesk } from '../support/toy-desk.ts'
import { toyQuery, toySource, toyVariables } from '../support/toy-documents.ts'
import { toySchema } from '../support/toy-schema.ts'
import { PLAIN, rootOf, type Spec } from '../support/toy-source.ts'

const runs = Number(process.env.PROPERTY_RUNS ?? 400)
const seed = Number(process.env.PROPERTY_SEED ?? Math.trunc(Math.random() * 2 ** 31))

type Executor = (execution: Execution) => Answer
/** By one plan, and by graphql. */
type Executors = readonly [Executor, Executor]

/** Rejections that nobody heard: graphql's own executor has some, a plan shall have none. */
const unheard: unknown[] = []
const hear = (reason: unknown) => unheard.push(reason)
const others = process.listeners('unhandledRejection')

beforeAll(() => {
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', hear)
})

afterAll(() => {
  process.off('unhandledRejection', hear)
  for (const listener of others) process.on('unhandledRejection', listener)
})

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

interface Outcome {
  readonly result: ExecutionResult
  readonly isPrompt: boolean
  readonly calls: readonly string[]
  readonly unheard: readonly unknown[]
}

async function outcome(executor: Executor, variables: object, spec: Spec, desk: Desk): Promise<Outcome> {
  desk.root = rootOf(spec, desk)
  unheard.length = 0
  const answer = executor({ variableValues: { ...variables }, rootValue: desk.root, contextValue: desk })
  const isPrompt = !(answer instanceof Promise)
  let result: ExecutionResult | undefined = isPrompt ? answer : undefined
  if (!isPrompt) {
    const arrived = answer.then((there) => {
      result = there
    })
    if (desk instanceof PatientDesk) await desk.work()
    else await arrived
  }
  await nextTurn()
  if (!result) throw new Error('no answer, though there is nothing left to wait for')
  return { result, isPrompt, calls: desk.calls, unheard: [...unheard] }
}

async function outcomes([plan, reference]: Executors, variables: object, spec: Spec, newDesk: () => Desk) {
  const expected = await outcome(reference, variables, spec, newDesk())
  return [await outcome(plan, variables, spec, newDesk()), expected] as const
}

/** Where the words of a plan are its own. */
const OWN_WORDS = /^(Expected `|Expected value of type|Abstract type|Runtime Object type|Support for returning).*/s

const told = ({ errors }: ExecutionResult) =>
  errors?.map((error) => JSON.stringify({ ...error.toJSON(), message: error.message.replace(OWN_WORDS, '') }))

function executorsOf(text: string, pace?: Pace, schema = toySchema): Executors {
  const document = parse(text)
  expect(validate(schema, document, rules), text).toEqual([])
  return [planned(schema, document, pace), (execution) => execute({ ...execution, schema, document })]
}

const Query = toySchema.getQueryType() as GraphQLObjectType
const Mutation = new GraphQLObjectType({ ...Query.toConfig(), name: 'Mutation' })
const withMutations = new GraphQLSchema({ ...toySchema.toConfig(), mutation: Mutation })

/** Nobody else has a turn: whether 20 ms are over before the answer is there is up to the machine. */
const IN_ONE_TURN = { longestTurnMs: Number.POSITIVE_INFINITY, stepsALook: 1, mostSteps: 1_000_000 }
/** Others have a turn after each item. */
const HURRIED = { longestTurnMs: 0, stepsALook: 1, mostSteps: 1_000_000 }

async function compare(executors: Executors, variables: object, spec: Spec): Promise<void> {
  const [patient, patiently] = await outcomes(executors, variables, spec, () => new PatientDesk())
  expect(JSON.stringify(patient.result.data)).toBe(JSON.stringify(patiently.result.data))
  expect(patient.result.data).toEqual(patiently.result.data) // JSON hides what is undefined
  expect(told(patient.result)).toEqual(told(patiently.result))
  expect(patient.calls).toEqual(patiently.calls)
  expect(patient.isPrompt).toBe(patiently.isPrompt)
  expect(patient.unheard).toEqual([])
  if (!patient.isPrompt) await compareRacing(executors, variables, spec)
}

/** Where everything waits for the same turn, what is first is up to the executor: a plan takes as many steps as graphql. */
async function compareRacing(executors: Executors, variables: object, spec: Spec): Promise<void> {
  const [prompt, promptly] = await outcomes(executors, variables, spec, () => new PromptDesk())
  expect(JSON.stringify(prompt.result.data)).toBe(JSON.stringify(promptly.result.data))
  expect(told(prompt.result)).toEqual(told(promptly.result))
  // graphql goes on below a null for one more step once its result is made.
  expect(notAmong(prompt.calls, promptly.calls)).toEqual([])
  expect(prompt.unheard).toEqual([])
}

/** Those of the first that the others have not, each as often as it stands there. */
function notAmong(calls: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const call of others) left.set(call, (left.get(call) ?? 0) + 1)
  return calls.filter((call) => {
    const count = left.get(call) ?? 0
    left.set(call, count - 1)
    return count < 1
  })
}

async function compareInTurns(executors: Executors, variables: object, spec: Spec, places = outermost): Promise<void> {
  const [inTurns, promptly] = await outcomes(executors, variables, spec, () => new PromptDesk())
  expect(JSON.stringify(inTurns.result.data)).toBe(JSON.stringify(promptly.result.data))
  expect(places(inTurns.result)).toEqual(places(promptly.result))
  expect(inTurns.unheard).toEqual([])
}

/** A document keeps what it has no use for. */
const rules = specifiedRules.filter(({ name }) => !/^NoUnused/.test(name))

// Small ones, as fast-check likes them, tell little here.
const round = fc.noBias(
  fc.record({
    query: toyQuery,
    // Where @skip and @include stand alike, one plan is executed for all of them.
    requests: fc.array(fc.record({ source: toySource, variables: toyVariables }), { minLength: 1, maxLength: 3 }),
  }),
)

type Round = typeof round extends fc.Arbitrary<infer Value> ? Value : never

describe('a plan', () => {
  it(
    `answers any query as graphql's own executor does (seed ${seed})`,
    async () => {
      const play = async ({ query, requests }: Round) => {
        const executors = executorsOf(query, IN_ONE_TURN)
        const inTurns = executorsOf(query, HURRIED)
        for (const { source, variables } of requests) {
          await compare(executors, variables, source)
          await compareInTurns(inTurns, variables, source)
        }
      }
      await fc.assert(fc.asyncProperty(round, play), { seed, numRuns: runs })
    },
    Math.max(60_000, runs * 200),
  )

  it(
    `answers any mutation as graphql's own executor does, one field after the other (seed ${seed})`,
    async () => {
      const play = async ({ query, requests }: Round) => {
        const executors = executorsOf(
          query.replace('query Toy', 'mutation Toy').replaceAll('on Query', 'on Mutation'),
          IN_ONE_TURN,
          withMutations,
        )
        for (const { source, variables } of requests) {
          const [made, expected] = await outcomes(executors, variables, source, () => new PatientDesk())
          expect(JSON.stringify(made.result.data)).toBe(JSON.stringify(expected.result.data))
          expect(told(made.result)).toEqual(told(expected.result))
          expect(made.calls).toEqual(expected.calls)
          expect(made.unheard).toEqual([])
        }
      }
      await fc.assert(fc.asyncProperty(round, play), { seed, numRuns: runs })
    },
    Math.max(60_000, runs * 200),
  )

  const leaf = (more: Partial<Spec>): Spec => ({ ...PLAIN, children: [{ ...PLAIN, ...more }] })
  const [good, bad] = [leaf({}), leaf({ what: 'null' })]
  const [later, badLater] = [leaf({ rank: 1 }), leaf({ what: 'throw', rank: 1 })]
  const most = Array<Spec>(10_500).fill(good)

  it.each([
    ['all is well', [...most, good]],
    ['some wait', [later, ...most, later]],
    ['the last item fails', [...most, bad]],
    ['the first item fails later', [badLater, ...most]],
    ['the last item fails later', [...most, badLater]],
    ['the first item fails later, and the last one at once', [badLater, ...most, bad]],
    ['many fail', most.map((_, at) => (at % 700 ? good : at % 1400 ? bad : badLater))],
  ])(
    "answers long lists as graphql's own executor does, also where %s",
    { timeout: 60_000 },
    async (_case, children) => {
      const list = { ...PLAIN, children }
      for (const field of ['aList', 'thingListOfMust']) {
        const text = `{ before: ${field} { int } ${field} { __typename intMust } after: ${field} { color } }`
        const spec = { ...PLAIN, children: [list] }
        await compareRacing(executorsOf(text, IN_ONE_TURN), {}, spec)
        for (const pace of [undefined, { longestTurnMs: 0, stepsALook: 1000, mostSteps: 1_000_000 }]) {
          await compareInTurns(executorsOf(text, pace), {}, spec, nulled)
        }
      }
      const lists = { ...PLAIN, children: [{ ...PLAIN, children: [good, bad] }, list, list] }
      await compareInTurns(executorsOf('{ aLists { intMust } }'), {}, { ...PLAIN, children: [lists] }, nulled)
    },
  )
})
