/** What all errors of the graph have in common; their types are in `error-types.ts`. */
import type * as errors from '../cloud/errors.ts'
import { builder } from './builder.ts'
import { hintsFor } from './hints.ts'

export const ErrorCode = builder.enumType('ErrorCode', {
  description:
    'What went wrong, for a program to switch on. In queries it stands in `extensions.code` of an entry in errors[].',
  values: {
    INVALID_INPUT: { description: 'The request itself is at fault; nothing was changed.' },
    UNAUTHENTICATED: { description: 'No token, or one that the cloud does not accept.' },
    FORBIDDEN: { description: 'The cloud knows the caller and says no.' },
    PUBLIC_NETWORK: { description: "Public networks are the administrators' alone to change." },
    NETWORK_NOT_FOUND: { description: 'No such network for this token, or no more.' },
    SERVER_NOT_FOUND: { description: 'No such server for this token, or no more.' },
    NIC_NOT_FOUND: { description: 'No nic bears that id now.' },
    NIC_MISMATCH: { description: 'Another nic bears that id than the caller expects.' },
    NOT_CONNECTED: { description: 'The server has no nic on the network.' },
    PARTLY_DONE: { description: 'A change of several steps stopped after some of them.' },
    NETWORK_IN_USE: { description: 'Nics still hang on the network.' },
    NETWORK_FULL: { description: 'The network has no free address left.' },
    QUOTA_EXCEEDED: { description: "The caller's quota is used up." },
    RATE_LIMITED: { description: 'Asked too often.' },
    BUSY: { description: 'Something else is being done to the same thing; it may pass in a moment.' },
    SERVER_SUSPENDED: { description: 'An administrator has suspended the server.' },
    CLOUD_UNAVAILABLE: { description: 'The cloud did not answer, or not in a way that means anything.' },
  } satisfies Record<errors.ErrorCode, object>,
})

const Fault = builder.objectRef<errors.Fault>('Fault').implement({
  description: 'The REST error behind an error of this graph, as the cloud sent it.',
  fields: (t) => ({
    status: t.exposeInt('status', { description: 'HTTP status, 300 to 599.' }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'The name of the fault, such as "networkInUse". Null when the answer had none.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: "The cloud's own words. Null when the answer had none.",
    }),
    details: t.exposeString('details', {
      nullable: true,
      description: 'More of them; free text. Null when the answer had none.',
    }),
  }),
})

/** An error as an ordinary value: graphql takes one that is returned for one that was thrown. */
export function asValue<Known extends errors.DomainError>(error: Known): Known {
  return { ...error, message: error.message } // the fields of its type read nothing else
}

export const ErrorInterface = builder.interfaceRef<errors.DomainError>('Error').implement({
  description: 'Why a change was not made. Every member of a mutation result but the success is one.',
  resolveType: ({ name }) => name,
  fields: (t) => ({
    message: t.exposeString('message', { description: 'One sentence a person can act on.' }),
    code: t.field({
      type: ErrorCode,
      description: 'The same for every error of this type.',
      resolve: ({ code }) => code,
    }),
    hints: t.stringList({
      description: 'What to try next, each a GraphQL operation or a sentence.',
      resolve: hintsFor,
    }),
    fault: t.field({
      type: Fault,
      nullable: true,
      description: 'What the cloud itself said; null when the gateway refused before asking it.',
      resolve: ({ fault }) => fault,
    }),
  }),
})
