import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { SchemaContext } from '../../schema/context.ts'
import { fragmentsOf } from '../../schema/fragments.ts'
import { countCalls, type PredictedCalls, predictCalls } from '../../schema/rest-calls.ts'
import type { Limits } from './limits.ts'
import { measure } from './measure.ts'
import { refusedDocument } from './refusal.ts'

/** A row is answered with all that is selected of it: an operation of more fields than that has rows that count as several. */
const FIELDS_A_ROW = 50

interface Cost {
  readonly calls: PredictedCalls
  readonly rowWeight: number
}

type Asked = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues' | 'contextValue'>

/**
 * Holds what a request costs: the REST calls it will make, which its document and variables tell, before it is executed;
 * and the rows of its answer, which nobody can tell before, while it is.
 */
export function useCostLimits({ maxRestCalls }: Limits): Plugin {
  const costs = new WeakMap<OperationDefinitionNode, Cost>()

  /** Null: it may go on, its rows counted. */
  function refusalOf({ schema, document, operationName, variableValues, contextValue }: Asked): GraphQLError | null {
    const operation = getOperationAST(document, operationName)
    if (!operation) return null // said better by the executor
    const cost = costs.get(operation) ?? costOf(schema, document, operation)
    costs.set(operation, cost)
    const calls = countCalls(cost.calls, operation, variableValues ?? {})
    if (calls > maxRestCalls) {
      return refusedDocument(
        'QUERY_TOO_COSTLY',
        `The operation can take ${calls} calls of the cloud; at most ${maxRestCalls} are made (MAX_REST_CALLS).`,
      )
    }
    costOfAnswer(contextValue).begin(cost.rowWeight)
    return null
  }

  return {
    onExecute({ args, setResultAndStopExecution }) {
      const refusal = refusalOf(args)
      if (refusal) {
        setResultAndStopExecution({ errors: [refusal] })
        return
      }
      return {
        onExecuteDone({ result, setResult }) {
          const { refusal: tooMany } = costOfAnswer(args.contextValue)
          if (tooMany && !(Symbol.asyncIterator in result)) setResult(cut(result, tooMany, args))
        },
      }
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const refusal = refusalOf(args)
      if (refusal) setResultAndStopExecution({ errors: [refusal] })
      return {
        onSubscribeResult: () => ({
          onNext({ result, setResult }) {
            const { refusal: tooMany } = costOfAnswer(args.contextValue)
            if (tooMany && !(Symbol.asyncIterator in result)) setResult(cut(result, tooMany, args))
          },
        }),
      }
    },
  }
}

function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Cost {
  return {
    calls: predictCalls(schema, operation, fragmentsOf(document)),
    rowWeight: Math.ceil(measure(document, operation).fields / FIELDS_A_ROW),
  }
}

function costOfAnswer(contextValue: unknown) {
  return (contextValue as SchemaContext).cost
}

/**
 * Of a query nothing is left but why: half of an answer helps nobody. Of a change what was made stands, and it is said once
 * that not all of it could be shown.
 */
function cut(result: ExecutionResult, tooMany: GraphQLError, { document, operationName }: Asked): ExecutionResult {
  const isQuery = getOperationAST(document, operationName)?.operation === 'query'
  if (isQuery) return { data: null, errors: [tooMany] }
  const others = (result.errors ?? []).filter(({ extensions }) => extensions.code !== tooMany.extensions.code)
  return { data: result.data ?? null, errors: [...others, tooMany] }
}
