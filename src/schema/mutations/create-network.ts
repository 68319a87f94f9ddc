import {
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  QuotaExceededError,
  RateLimitedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import type { Network as NetworkModel } from '../../cloud/model.ts'
import { createNetwork } from '../../operations/create-network.ts'
import type { OperationState as State } from '../../operations/wait.ts'
import { builder } from '../builder.ts'
import { NetworkType } from '../enums.ts'
import { pendingHints } from '../hints.ts'
import { Network } from '../network.ts'
import { OperationState, readWaiting, waitingFields, whilePending } from './waiting.ts'

const CreateNetworkInput = builder.inputType('CreateNetworkInput', {
  description: 'The network to make.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 128 characters, not blank, without NUL; need not be unique.' }),
    type: t.field({
      type: NetworkType,
      defaultValue: 'MAC_FILTERED',
      description: 'How it is built. Most clouds forbid all but MAC_FILTERED (ForbiddenError).',
    }),
    cidr: t.string({
      description:
        'IPv4 range without host bits, such as 10.20.0.0/24, from /23 to /29; may overlap with others. ' +
        'Null: the cloud chooses.',
    }),
    gateway: t.string({ description: 'IPv4 address inside `cidr`. Null: no gateway.' }),
    cidr6: t.string({ description: 'IPv6 range without host bits, always a /64, such as fd00::/64. Null: no IPv6.' }),
    gateway6: t.string({ description: 'IPv6 address inside `cidr6`. Null: no gateway.' }),
    dhcp: t.boolean({
      defaultValue: false,
      description: 'Whether nics get IPv4 addresses; then a network can be full.',
    }),
    ...waitingFields(t),
  }),
})

const CreateNetworkSuccess = builder
  .objectRef<{ network: NetworkModel; state: State }>('CreateNetworkSuccess')
  .implement({
    description: 'The network is made.',
    fields: (t) => ({
      network: t.field({ type: Network, description: 'As the cloud made it.', resolve: ({ network }) => network }),
      state: t.field({
        type: OperationState,
        description: 'PENDING while the network takes no servers yet; a Cyclades network is COMPLETED at once.',
        resolve: ({ state }) => state,
      }),
      hints: t.stringList(whilePending(({ network }) => pendingHints.networkComes(network.id))),
    }),
  })

builder.mutationField('createNetwork', (t) =>
  t.field({
    type: CreateNetworkSuccess,
    description: 'Make a private network.',
    args: { input: t.arg({ type: CreateNetworkInput, required: true, description: 'The network to make.' }) },
    errors: {
      union: { description: 'The new network, or why there is none.' },
      types: [
        InvalidInputError,
        ForbiddenError,
        QuotaExceededError,
        RateLimitedError,
        UnauthenticatedError,
        CloudUnavailableError,
      ],
    },
    extensions: { calls: 1 },
    resolve: (_root, { input }, { operation }) => {
      const spec = {
        name: input.name,
        type: input.type ?? 'MAC_FILTERED',
        dhcp: input.dhcp ?? false,
        cidr: input.cidr ?? null,
        gateway: input.gateway ?? null,
        cidr6: input.cidr6 ?? null,
        gateway6: input.gateway6 ?? null,
      }
      return createNetwork(operation(), spec, readWaiting(input))
    },
  }),
)
