import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'

const SUGGESTION = / Did you mean .*$/s

/**
 * Takes graphql's guesses out of its errors: whoever may not read the schema could have it told name by name. Those of
 * variables are among them, which come from the execution.
 */
export function useNoSuggestions(): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (!result || !('errors' in result) || !result.errors?.some(({ message }) => SUGGESTION.test(message))) return
      setResult({ ...result, errors: result.errors.map(withoutSuggestion) })
    },
  }
}

function withoutSuggestion(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message.replace(SUGGESTION, ''), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: error.extensions,
  })
}
