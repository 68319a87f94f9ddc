import {
  BusyError,
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  NetworkNotFoundError,
  NotConnectedError,
  PartlyDoneError,
  PublicNetworkError,
  RateLimitedError,
  ServerNotFoundError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import { disconnectServer } from '../../operations/disconnect-server.ts'
import { builder } from '../builder.ts'
import { pendingHints } from '../hints.ts'
import { globalId, readNetworkId, readServerId } from '../ids.ts'
import { Network } from '../network.ts'
import { Server } from '../server.ts'
import { NicRename } from './nic-rename.ts'
import { OperationState, readWaiting, waitingFields, whilePending } from './waiting.ts'

const DisconnectServerInput = builder.inputType('DisconnectServerInput', {
  description: 'The server and the network to part.',
  fields: (t) => ({
    serverId: t.id({ required: true, description: 'Cloud id or global id of the server.' }),
    networkId: t.id({ required: true, description: 'Cloud id or global id of the network.' }),
    ...waitingFields(t),
  }),
})

const DisconnectServerSuccess = builder
  .objectRef<Awaited<ReturnType<typeof disconnectServer>>>('DisconnectServerSuccess')
  .implement({
    description: 'The cloud has accepted to remove every nic between them.',
    fields: (t) => ({
      server: t.field({ type: Server, description: 'Read after the change.', resolve: ({ server }) => server }),
      network: t.field({ type: Network, description: 'Read after the change.', resolve: ({ network }) => network }),
      disconnectedNicIds: t.idList({
        description: 'Cloud ids, as they were when the mutation began, by index.',
        resolve: ({ nics }) => nics.map((nic) => nic.id),
      }),
      disconnectedIds: t.idList({
        description: 'Their stable global ids, in the same order.',
        resolve: ({ nics }) => nics.map((nic) => globalId('Nic', nic.key)),
      }),
      renamed: t.field({
        type: [NicRename],
        description: 'Nics of the same server whose cloud id changed because of this. Empty while state is PENDING.',
        resolve: ({ renamed }) => renamed,
      }),
      state: t.field({
        type: OperationState,
        description: 'PENDING while the cloud still shows the last of the nics.',
        resolve: ({ state }) => state,
      }),
      hints: t.stringList(whilePending(({ server }) => pendingHints.nicGoes(server.id))),
    }),
  })

builder.mutationField('disconnectServer', (t) =>
  t.field({
    type: DisconnectServerSuccess,
    description:
      'Remove every nic that is between this server and this network when the request comes, one after another: all but the ' +
      'last are waited for in both modes. A public network is always refused.',
    args: { input: t.arg({ type: DisconnectServerInput, required: true, description: 'What to part.' }) },
    errors: {
      union: { description: 'That the nics go, or why they stay.' },
      types: [
        InvalidInputError,
        NetworkNotFoundError,
        ServerNotFoundError,
        NotConnectedError,
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
    extensions: { calls: 6 },
    resolve: (_root, { input }, { operation, ids }) => {
      const serverId = readServerId(input.serverId, ids, ['input', 'serverId'])
      const networkId = readNetworkId(input.networkId, ids, ['input', 'networkId'])
      return disconnectServer(operation(), serverId, networkId, readWaiting(input))
    },
  }),
)
