import type { Plugin } from 'graphql-yoga'

/** Executes nothing for who has gone while the request was looked at, as by a rate limiter that asks Redis. */
export function usePresence(): Plugin {
  const assertPresent = ({ args }: { readonly args: { readonly contextValue: { readonly request: Request } } }) =>
    args.contextValue.request.signal.throwIfAborted()
  return { onExecute: assertPresent, onSubscribe: assertPresent }
}
