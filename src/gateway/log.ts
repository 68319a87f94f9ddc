import { GraphQLError } from 'graphql'
import type { YogaLogger } from 'graphql-yoga'
import type { Logger } from 'pino'
import { DomainError } from '../cloud/errors.ts'

/** Yoga's messages into our log. What a caller is told by a typed error is no failure of the gateway's. */
export function yogaLogger(log: Logger): YogaLogger {
  const write =
    (level: 'debug' | 'info' | 'warn') =>
    (...args: unknown[]) => {
      if (log.isLevelEnabled(level)) log[level](args.map(String).join(' '))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: (error: unknown) => {
      const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
      // A caller who has gone is no failure either.
      if (cause instanceof Error && cause.name === 'AbortError') log.debug('the caller has gone')
      else if (cause instanceof DomainError) log.debug({ code: cause.code }, cause.message)
      else log.error(cause instanceof Error ? { err: cause } : {}, 'unexpected error')
    },
  }
}
