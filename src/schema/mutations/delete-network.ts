import {
  BusyError,
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  NetworkInUseError,
  NetworkNotFoundError,
  PartlyDoneError,
  PublicNetworkError,
  RateLimitedError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import type * as model from '../../cloud/model.ts'
import { deleteNetwork } from '../../operations/delete-network.ts'
import type { OperationState as State } from '../../operations/wait.ts'
import { builder } from '../builder.ts'
import { pendingHints } from '../hints.ts'
import { globalId, readNetworkId } from '../ids.ts'
import { OperationState, readWaiting, waitingFields, whilePending } from './waiting.ts'

const DeleteNetworkInput = builder.inputType('DeleteNetworkInput', {
  description: 'The network to delete.',
  fields: (t) => ({
    networkId: t.id({ required: true, description: 'Cloud id or global id of the network.' }),
    disconnectNics: t.boolean({
      defaultValue: false,
      description:
        'Disconnect every nic first, and wait for it. Without it a network in use is refused. ' +
        'A nic connected while other removals on its server are waited for stays, and the network with it. ' +
        'Stopped after some of them, it answers PartlyDoneError.',
    }),
    ...waitingFields(t),
  }),
})

const DeleteNetworkSuccess = builder
  .objectRef<{ networkId: string; disconnected: readonly model.Nic[]; state: State }>('DeleteNetworkSuccess')
  .implement({
    description: 'The cloud has accepted to delete the network.',
    fields: (t) => ({
      networkId: t.exposeID('networkId', { description: 'Cloud id of what is gone.' }),
      deletedId: t.id({
        description: "Global id of what is gone, for evicting it from a client's cache.",
        resolve: ({ networkId }) => globalId('Network', networkId),
      }),
      disconnectedNicIds: t.idList({
        description: 'Cloud ids of the nics removed first, as they were when the mutation began.',
        resolve: ({ disconnected }) => disconnected.map((nic) => nic.id),
      }),
      disconnectedIds: t.idList({
        description: 'Their stable global ids, in the same order.',
        resolve: ({ disconnected }) => disconnected.map((nic) => globalId('Nic', nic.key)),
      }),
      state: t.field({
        type: OperationState,
        description: 'PENDING while the cloud still shows the network, ACTIVE as before.',
        resolve: ({ state }) => state,
      }),
      hints: t.stringList(whilePending(({ networkId }) => pendingHints.networkGoes(networkId))),
    }),
  })

builder.mutationField('deleteNetwork', (t) =>
  t.field({
    type: DeleteNetworkSuccess,
    description:
      'Delete a private network. One in use is refused, with the nics to disconnect first, unless told to do that too.',
    args: { input: t.arg({ type: DeleteNetworkInput, required: true, description: 'The network to delete.' }) },
    errors: {
      union: { description: 'That the network goes, or why it stays.' },
      types: [
        InvalidInputError,
        NetworkNotFoundError,
        NetworkInUseError,
        PublicNetworkError,
        PartlyDoneError,
        ServerSuspendedError,
        ForbiddenError,
        BusyError,
        RateLimitedError,
        UnauthenticatedError,
        CloudUnavailableError,
      ],
    },
    extensions: { calls: 8 },
    resolve: async (_root, { input }, { operation, ids }) => {
      const networkId = readNetworkId(input.networkId, ids, ['input', 'networkId'])
      const options = { ...readWaiting(input), disconnectNics: input.disconnectNics ?? false }
      return { networkId, ...(await deleteNetwork(operation(), networkId, options)) }
    },
  }),
)
