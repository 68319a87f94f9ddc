import type { ExecutionResult } from 'graphql'
import { type Plugin, processRegularResult } from 'graphql-yoga'
import { arrivalOf } from '../arrival.ts'
import { refusedRequest } from '../limits/refusal.ts'
import { type AnswerTypes, answerTypesFor } from './answer-types.ts'
import { refusedBody } from './body-type.ts'

/**
 * Refuses, before anything is run, requests by another method, with a body that cannot be read, or whose answer could be sent in
 * no type that they accept. Yoga itself looks at what is accepted after the operation: a mutation answered 406 had been made.
 *
 * Every refusal is JSON, which a person can read whatever their program accepts.
 */
export function useNegotiation(): Plugin {
  return {
    onRequestParse({ request }) {
      const { method } = request
      if (method !== 'GET' && method !== 'POST') {
        throw refusedRequest('BAD_REQUEST', 'Send operations by POST, or queries by GET.', 405, {
          headers: { allow: 'GET, POST' },
        })
      }
      const refused = method === 'POST' ? refusedBody(request) : null
      if (refused) throw refused
      if (typesOf(request).whole === null) throw notAcceptable(NO_TYPE)
    },
    onResultProcess({ request, result, setResultProcessor }) {
      if (!isRefusal(result)) return
      setResultProcessor(processRegularResult, typesOf(request).refusal)
    },
  }
}

/** Refuses, last of all, subscriptions whose events are not accepted: that an operation is one is known by its document. */
export function useEventNegotiation(): Plugin {
  return {
    onSubscribe({ args }) {
      if (!typesOf(args.contextValue.request).events) throw notAcceptable(NO_EVENTS)
    },
  }
}

const NO_TYPE =
  'None of the media types in `Accept` can be sent. Queries and mutations are answered in application/graphql-response+json, ' +
  'application/json, multipart/mixed or text/event-stream; subscriptions in text/event-stream.'
const NO_EVENTS = 'A subscription is answered in text/event-stream alone.'

const notAcceptable = (message: string) => refusedRequest('NOT_ACCEPTABLE', message, 406)

function typesOf(request: Request): AnswerTypes {
  return arrivalOf(request)?.answerTypes ?? answerTypesFor(request.headers.get('accept'))
}

/** Whether the request was refused rather than its document: that has `spec` set, and the status depends on the type then. */
function isRefusal(result: unknown): boolean {
  const { errors } = (result ?? {}) as ExecutionResult
  return (errors ?? []).some(({ extensions }) => {
    const { http } = extensions as { http?: { status?: number; spec?: boolean } }
    return http?.status !== undefined && http.spec !== true
  })
}
