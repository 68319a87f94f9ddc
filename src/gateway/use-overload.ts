import type { Plugin } from 'graphql-yoga'
import type { BackendHealth } from '../cloud/cloud.ts'
import type { RequestCaller } from './caller.ts'

const RETRY_AFTER_SECONDS = 1

/**
 * Turns requests away with 503 while so many calls to the cloud wait that one more of this caller would be refused anyway: at once,
 * before anything is parsed, so that a gateway over a slow cloud stays fast at saying so.
 */
export function useOverload(
  endpoint: string,
  health: BackendHealth,
  callerOf: (request: Request) => RequestCaller,
): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== endpoint || !health.isFull) return
      if (!health.isFullFor(callerOf(request).queuedAs())) return
      const error = {
        message: 'Too many calls to the cloud are waiting.',
        extensions: { code: 'CLOUD_UNAVAILABLE', fault: null, retryAfterSeconds: RETRY_AFTER_SECONDS },
      }
      endResponse(
        fetchAPI.Response.json(
          { errors: [error] },
          { status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } },
        ),
      )
    },
  }
}
