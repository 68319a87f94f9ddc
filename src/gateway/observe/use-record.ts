import { type DocumentNode, type ExecutionResult, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { arrivalOf } from '../arrival.ts'
import type { RequestRecord } from './record.ts'

/** Fills the record of a request, and tells its caller what the cloud was asked, if they have asked for that. */
export function useRecord(): Plugin {
  const note = (request: Request, document: DocumentNode, operationName: string | null | undefined) => {
    const record = arrivalOf(request)?.record
    const operation = record && getOperationAST(document, operationName)
    if (!operation) return
    record.operationType = operation.operation
    record.operationName = operation.name?.value ?? null
  }
  return {
    onExecute({ args }) {
      note(args.contextValue.request, args.document, args.operationName)
    },
    onSubscribe({ args }) {
      note(args.contextValue.request, args.document, args.operationName)
    },
    onExecutionResult({ request, result }) {
      const record = arrivalOf(request)?.record
      if (!record || !result || Symbol.asyncIterator in result) return
      for (const { extensions } of result.errors ?? []) record.failed(String(extensions?.code ?? 'BAD_REQUEST'))
      if (record.isExplained) explain(result, record)
    },
  }
}

/** `extensions.cloud`, for a request with `X-Explain: 1`. */
export function explain(result: ExecutionResult, record: RequestRecord): void {
  const { id, calls, coalescedReads, cache } = record
  const cloud = {
    requestId: id,
    restCalls: calls.map(({ method, route, status, ms }) => ({ method, route, status, ms: Math.round(ms * 10) / 10 })),
    coalesced: coalescedReads,
    cache,
    ms: Math.round(record.ms * 10) / 10,
  }
  const told = result as { -readonly [Key in keyof ExecutionResult]: ExecutionResult[Key] } // results are ours to add to
  told.extensions = { ...result.extensions, cloud }
}
