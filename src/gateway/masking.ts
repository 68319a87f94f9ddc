import { GraphQLError } from 'graphql'
import { DomainError, InvalidInputError } from '../cloud/errors.ts'
import { hintsFor } from '../schema/hints.ts'

/**
 * What of an error gets out: our own errors with their code, graphql's own (syntax, validation) as they are, and of a
 * stranger nothing but that it happened. Yoga logs what this function replaces.
 */
export function maskError(error: unknown, message: string): Error {
  const original = error instanceof GraphQLError ? error.originalError : error
  if (original instanceof GraphQLError) {
    // What wraps graphql's own says more: where it is, and of which variable.
    return original.originalError == null ? (error as GraphQLError) : maskError(original, message)
  }
  if (original == null) return error as GraphQLError // one without an original is graphql's own
  const known = original instanceof DomainError
  return new GraphQLError(known ? original.message : message, {
    ...(error instanceof GraphQLError ? placeOf(error) : {}),
    extensions: known ? extensionsOf(original) : { code: 'INTERNAL_SERVER_ERROR', unexpected: true },
  })
}

function placeOf({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null }
}

/** The codes are those of the mutations' errors; `fault` is null when the gateway refused before asking the cloud. */
function extensionsOf(error: DomainError): Record<string, unknown> {
  return {
    code: error.code,
    hints: hintsFor(error),
    fault: error.fault,
    ...(error instanceof InvalidInputError ? { path: error.inputPath } : {}),
    ...('retryAfterSeconds' in error ? { retryAfterSeconds: error.retryAfterSeconds } : {}),
  }
}
