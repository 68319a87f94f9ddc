import { GraphQLError } from 'graphql'
import { DomainError, InvalidInputError } from '../cloud/errors.ts'
import { hintsFor } from '../schema/hints.ts'

/**
 * What of an error gets out: our own errors with their code, graphql's own (syntax, validation, variables) as they are, and of
 * a stranger nothing but that it happened. Yoga logs what this function replaces.
 */
export function maskError(error: unknown, message: string): Error {
  const original = error instanceof GraphQLError ? error.originalError : error
  if (original instanceof GraphQLError) {
    // What wraps graphql's own says more: where it is, and of which variable.
    return original.originalError == null ? coded(error as GraphQLError) : maskError(original, message)
  }
  if (original == null) return coded(error as GraphQLError) // one without an original is graphql's own
  const known = original instanceof DomainError
  return new GraphQLError(known ? original.message : message, {
    ...(error instanceof GraphQLError ? placeOf(error) : {}),
    extensions: known ? extensionsOf(original) : { code: 'INTERNAL_SERVER_ERROR', unexpected: true },
  })
}

const OF_VARIABLES = 'BAD_USER_INPUT'
const OF_OPERATIONS = 'OPERATION_RESOLUTION_FAILURE'

/**
 * Errors of variables have no place in the answer, as they come before there is one, and a code only from yoga's executor of
 * subscriptions; by yoga's executors their status is 400 whatever the client accepts, by graphql's 200. The error itself is
 * written on, as yoga does: one in its place would be logged as a failure.
 */
function coded(error: GraphQLError): GraphQLError {
  const { path, extensions } = error
  if (!path && (extensions.code ?? OF_VARIABLES) === OF_VARIABLES) {
    Object.assign(extensions, { code: OF_VARIABLES, http: { status: 400, spec: true } })
  }
  if (extensions.code === OF_OPERATIONS) Object.assign(extensions, { http: { status: 400, spec: true } })
  return error
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
