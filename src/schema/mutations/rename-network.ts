import {
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  NetworkNotFoundError,
  PublicNetworkError,
  RateLimitedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import type { Network as NetworkModel } from '../../cloud/model.ts'
import { renameNetwork } from '../../operations/rename-network.ts'
import { builder } from '../builder.ts'
import { readNetworkId } from '../ids.ts'
import { Network } from '../network.ts'

const RenameNetworkInput = builder.inputType('RenameNetworkInput', {
  description: 'The network and its new name.',
  fields: (t) => ({
    networkId: t.id({ required: true, description: 'Cloud id or global id of the network.' }),
    name: t.string({ required: true, description: '1 to 128 characters, not blank, without NUL; need not be unique.' }),
  }),
})

const RenameNetworkSuccess = builder.objectRef<{ network: NetworkModel }>('RenameNetworkSuccess').implement({
  description: 'The network has its new name.',
  fields: (t) => ({
    network: t.field({ type: Network, description: 'Read after the change.', resolve: ({ network }) => network }),
  }),
})

builder.mutationField('renameNetwork', (t) =>
  t.field({
    type: RenameNetworkSuccess,
    description: 'Give a private network another name. Done when it answers.',
    args: { input: t.arg({ type: RenameNetworkInput, required: true, description: 'The network and its new name.' }) },
    errors: {
      union: { description: 'The renamed network, or why it keeps its name.' },
      types: [
        InvalidInputError,
        NetworkNotFoundError,
        PublicNetworkError,
        ForbiddenError,
        RateLimitedError,
        UnauthenticatedError,
        CloudUnavailableError,
      ],
    },
    extensions: { calls: 2 },
    resolve: async (_root, { input }, { operation, ids }) => ({
      network: await renameNetwork(
        operation(),
        readNetworkId(input.networkId, ids, ['input', 'networkId']),
        input.name,
      ),
    }),
  }),
)
