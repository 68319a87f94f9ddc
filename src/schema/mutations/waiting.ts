import type { InputFieldBuilder, SchemaTypes } from '@pothos/core'
import type { OperationState as State, WaitUntil as Until, Waiting } from '../../operations/wait.ts'
import { builder } from '../builder.ts'

export const WaitUntil = builder.enumType('WaitUntil', {
  description: 'How long to hold the answer.',
  values: {
    ACCEPTED: {
      description: 'Answer when the cloud has accepted the request; `state` tells what it shows at that moment.',
    },
    COMPLETED: {
      description: 'Answer when the cloud shows the change, or when timeoutSeconds has passed (state is then PENDING).',
    },
  } satisfies Record<Until, object>,
})

export const OperationState = builder.enumType('OperationState', {
  description: 'How far an accepted change is.',
  values: {
    PENDING: {
      description:
        'Accepted, not to be seen yet. It goes on by itself; should it fail, the cloud says nothing, and the change is just never seen.',
    },
    COMPLETED: { description: 'The cloud shows the change.' },
  } satisfies Record<State, object>,
})

type InputFields = InputFieldBuilder<
  typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types extends SchemaTypes> ? Types : never,
  'InputObject'
>

/** The two input fields of every change that the cloud makes in its own time. */
export const waitingFields = (t: InputFields) => ({
  waitUntil: t.field({ type: WaitUntil, defaultValue: 'COMPLETED', description: 'When to answer.' }),
  timeoutSeconds: t.int({
    description:
      'How long to wait at most, the whole mutation included: 1 to 300, 30 when null. ' +
      'When it has passed, the answer says PENDING and the change goes on.',
  }),
})

export function readWaiting(input: {
  waitUntil?: Until | null | undefined
  timeoutSeconds?: number | null | undefined
}): Waiting {
  return { waitUntil: input.waitUntil ?? 'COMPLETED', timeoutSeconds: input.timeoutSeconds ?? null }
}

/** The field `hints` of a success: what to look at while the change is not to be seen yet. */
export const whilePending = <Value extends { readonly state: State }>(hints: (value: Value) => readonly string[]) => ({
  description: 'While state is PENDING: where to look, each a GraphQL operation or a sentence. Empty when COMPLETED.',
  resolve: (value: Value): string[] => (value.state === 'PENDING' ? [...hints(value)] : []),
})
