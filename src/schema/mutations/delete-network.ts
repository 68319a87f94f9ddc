import {
  BusyError,
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  NetworkInUseError,
  NetworkNotFoundError,
  PublicNetworkError,
  RateLimitedError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import { deleteNetwork } from '../../operations/delete-network.ts'
import type { OperationState as State } from '../../operations/wait.ts'
import { builder } from '../builder.ts'
import { globalId, readNetworkId } from '../ids.ts'
import { OperationState, readWaiting, waitingFields } from './waiting.ts'

const DeleteNetworkInput = builder.inputType('DeleteNetworkInput', {
  description: 'The network to delete.',
  fields: (t) => ({
    networkId: t.id({ required: true, description: 'Cloud id or global id of the network.' }),
    ...waitingFields(t),
  }),
})

const DeleteNetworkSuccess = builder.objectRef<{ networkId: string; state: State }>('DeleteNetworkSuccess').implement({
  description: 'The cloud has accepted to delete the network.',
  fields: (t) => ({
    networkId: t.exposeID('networkId', { description: 'Cloud id of what is gone.' }),
    deletedId: t.id({
      description: "Global id of what is gone, for evicting it from a client's cache.",
      resolve: ({ networkId }) => globalId('Network', networkId),
    }),
    state: t.field({
      type: OperationState,
      description: 'PENDING while the cloud still shows the network, ACTIVE as before.',
      resolve: ({ state }) => state,
    }),
  }),
})

builder.mutationField('deleteNetwork', (t) =>
  t.field({
    type: DeleteNetworkSuccess,
    description:
      'Delete a private network that has no nics on it; one in use is refused, with the nics to disconnect first.',
    args: { input: t.arg({ type: DeleteNetworkInput, required: true, description: 'The network to delete.' }) },
    errors: {
      union: { description: 'That the network goes, or why it stays.' },
      types: [
        InvalidInputError,
        NetworkNotFoundError,
        NetworkInUseError,
        PublicNetworkError,
        ServerSuspendedError,
        ForbiddenError,
        BusyError,
        RateLimitedError,
        UnauthenticatedError,
        CloudUnavailableError,
      ],
    },
    resolve: async (_root, { input }, { operation, ids }) => {
      const networkId = readNetworkId(input.networkId, ids, ['input', 'networkId'])
      return { networkId, state: await deleteNetwork(operation, networkId, readWaiting(input)) }
    },
  }),
)
