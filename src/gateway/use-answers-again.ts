import type { ExecutionResult } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import type { Graph } from '../graph/graph.ts'
import { andThen } from '../graph/maybe.ts'
import type { List } from '../graph/reads.ts'
import type { SchemaContext } from '../schema/context.ts'
import { type Arrival, arrivalOf } from './arrival.ts'
import { bytesOf, type WrittenResult, written } from './execution/written.ts'
import type { RequestRecord } from './observe/record.ts'
import { explain } from './observe/use-record.ts'

/** Requests that are known, and how many characters long one may be; a longer one is rarely sent twice. */
const MOST_REQUESTS = 1000
const LONGEST_REQUEST = 4000

const JSON_ALONE = /^application\/(graphql-response\+)?json;/

/** What is known of a request that has been answered, whoever asked; the answers themselves are kept with their tables. */
interface Known {
  /** Those that its answer is made of. */
  readonly lists: readonly List[]
  readonly contentType: string
  readonly operationType: RequestRecord['operationType']
  readonly operationName: RequestRecord['operationName']
}

/** What the plugin keeps with each request. */
export interface AnswerContext {
  /** Under which its answer may be given again; absent: it may not. */
  answerKey?: string
  /** Made before yoga asks for it. */
  schemaContext?: SchemaContext
  /** Absent: its answer is not kept. */
  keptOf?: readonly List[]
}

/**
 * Gives an earlier answer again where the cloud's lists are the very ones that it was made of. The cloud is asked first, as
 * an execution would ask it: the same request over the same lists has the same answer, to the byte.
 *
 * It stands behind whatever looks at who asks, from where and how often. What else is looked at, from parsing to the limits
 * of a document, is looked at in vain: the very same request, header by header that counts, has passed it.
 */
export function useAnswersAgain(
  contextOf: (asking: { readonly request: Request }) => SchemaContext,
): Plugin<AnswerContext, AnswerContext> {
  const known = new LRUCache<string, Known>({ max: MOST_REQUESTS })
  return {
    onRequestParse({ request, serverContext, fetchAPI, endResponse }) {
      const arrival = arrivalOf(request)
      const key = arrival && keyOf(request, arrival)
      if (!key) return
      const kept = serverContext as unknown as AnswerContext
      kept.answerKey = key
      const earlier = known.get(key)
      if (!earlier) return
      const made = contextOf({ request })
      kept.schemaContext = made
      const { graph } = made
      const { record } = arrival
      if (!earlier.lists.every((list) => graph[list].isNear)) return
      return andThen(graph.read(earlier.lists), () => {
        const bytes = find(key, graph)
        if (!bytes) return
        record.operationType = earlier.operationType
        record.operationName = earlier.operationName
        record.isAnsweredAgain = true
        const body = (record.isExplained ? explained(bytes, record) : bytes) as BodyInit
        endResponse(new fetchAPI.Response(body, { headers: { 'content-type': earlier.contentType } }))
      })
    },
    // Whoever waited for the same read as others may find that one of them has been answered by now.
    onExecute({ args, setResultAndStopExecution }) {
      const { answerKey, graph, request } = args.contextValue as unknown as AnswerContext &
        SchemaContext &
        YogaInitialContext // it is made by now
      const bytes = answerKey === undefined ? null : find(answerKey, graph)
      if (!bytes) return
      const record = arrivalOf(request)?.record
      if (record) record.isAnsweredAgain = true
      setResultAndStopExecution(written(bytes))
    },
    onExecutionResult({ result, setResult, context }) {
      if (context.answerKey === undefined || !result || Symbol.asyncIterator in result) return
      const { graph } = context as Partial<SchemaContext> // absent: it came to no execution
      const bytes = graph && keep(context.answerKey, result, graph)
      if (!bytes) return
      context.keptOf = graph.listsRead
      // Yoga's types want a text of `stringify`; its responses take bytes.
      if (!result.extensions) setResult(written(bytes) as ExecutionResult)
    },
    onResponse({ request, response, serverContext }) {
      const { answerKey, keptOf } = serverContext as unknown as AnswerContext
      if (answerKey === undefined || !keptOf || response.status !== 200) return
      const contentType = response.headers.get('content-type') ?? ''
      // Of a stream, which a query is sent in to who accepts nothing else, the answer is but a part.
      if (!JSON_ALONE.test(contentType)) return
      const record = arrivalOf(request)?.record
      known.set(answerKey, {
        lists: keptOf,
        contentType,
        operationType: record?.operationType ?? null,
        operationName: record?.operationName ?? null,
      })
    },
  }
}

/** Null for what is too long. */
function keyOf({ method, url, headers }: Request, { body }: Arrival): string | null {
  if ((body?.byteLength ?? 0) > LONGEST_REQUEST) return null
  const accept = headers.get('accept') ?? ''
  const contentType = headers.get('content-type') ?? ''
  // Byte by byte: what is no UTF-8 must not be taken for what is.
  const key = `${method}\n${url}\n${accept}\n${contentType}\n${body?.toString('latin1') ?? ''}`
  return key.length > LONGEST_REQUEST ? null : key
}

/** Null: none of the tables that this request was given. */
function find(key: string, { madeOf }: Graph): Uint8Array | null {
  return madeOf?.[0]?.answers.find(key, madeOf) ?? null
}

function explained(bytes: Uint8Array, record: RequestRecord): Uint8Array {
  const answer = written(bytes)
  explain(answer, record)
  return answer.stringify()
}

/** An answer is worth keeping when its tables are: that is seen when a second request is given them. */
function keep(key: string, result: ExecutionResult, graph: Graph): Uint8Array | null {
  const madeOf = graph.madeOf ?? []
  const [first] = madeOf
  if (!first || result.errors || !madeOf.every((table) => table.isShared)) return null
  const { extensions, stringify } = result as ExecutionResult & Partial<WrittenResult>
  // Extensions explain how this request was answered. Data that is written already is better not looked at: it is parsed then.
  const bytes = extensions || !stringify ? bytesOf({ data: result.data ?? null }) : stringify()
  first.answers.keep(key, { madeOf, bytes })
  return bytes
}
