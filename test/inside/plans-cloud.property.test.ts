/**
 * Any query of the real schema, over a cloud that answers or fails, is answered by its plan as graphql's own executor answers it.
 *
 * PROPERTY_RUNS and PROPERTY_SEED choose how many documents and which; a failure prints the seed and the smallest one.
 */
import fc from 'fast-check'
import { parse, validate } from 'graphql'
import { expect, it } from 'vitest'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { schema } from '../../src/schema/index.ts'
import { cloudQuery, cloudVariables } from '../support/cloud-documents.ts'
import { startGateway } from '../support/gateway.ts'
import { threeNics } from '../support/graph.ts'
import { createExecutors, outermost } from '../support/plans.ts'

const runs = Number(process.env.PROPERTY_RUNS ?? 150)
const seed = Number(process.env.PROPERTY_SEED ?? Math.trunc(Math.random() * 2 ** 31))

const failing = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.constantFrom('GET /networks/detail', 'GET /servers/detail', 'GET /servers/:id', 'GET *'),
)
const round = fc.noBias(fc.record({ text: cloudQuery, variables: cloudVariables, route: failing }))
type Round = typeof round extends fc.Arbitrary<infer Value> ? Value : never

it(
  `any query of the graph is answered as by graphql's own executor (seed ${seed})`,
  async () => {
    await using gateway = await startGateway()
    await using executors = createExecutors(gateway.cloud)
    await threeNics(gateway)
    const play = async ({ text, variables, route }: Round) => {
      const document = parse(text)
      fc.pre(validate(schema, document).every(({ message }) => /is never used/.test(message)))
      if (route) gateway.cloud.failNext(route, htmlAnswer(502), 1000)
      const [byPlan, byGraphql] = [executors.byPlan(document), executors.byGraphql(document)]
      const expected = await byGraphql({ variableValues: variables })
      const answer = await byPlan({ variableValues: variables })
      gateway.cloud.clearFailures()
      expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected.data))
      expect(outermost(answer)).toEqual(outermost(expected))
    }
    await fc.assert(fc.asyncProperty(round, play), { seed, numRuns: runs })
  },
  Math.max(60_000, runs * 400),
)
