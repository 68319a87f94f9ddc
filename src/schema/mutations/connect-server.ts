import {
  BusyError,
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  NetworkFullError,
  NetworkNotFoundError,
  PublicNetworkError,
  RateLimitedError,
  ServerNotFoundError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import { connectServer } from '../../operations/connect-server.ts'
import { builder } from '../builder.ts'
import { pendingHints } from '../hints.ts'
import { readNetworkId, readServerId } from '../ids.ts'
import { Network } from '../network.ts'
import { Nic } from '../nic.ts'
import { Server } from '../server.ts'
import { OperationState, readWaiting, waitingFields, whilePending } from './waiting.ts'

const ConnectServerInput = builder.inputType('ConnectServerInput', {
  description: 'The server and the network to join.',
  fields: (t) => ({
    serverId: t.id({ required: true, description: 'Cloud id or global id of the server.' }),
    networkId: t.id({ required: true, description: 'Cloud id or global id of the network.' }),
    ...waitingFields(t),
  }),
})

const ConnectServerSuccess = builder
  .objectRef<Awaited<ReturnType<typeof connectServer>>>('ConnectServerSuccess')
  .implement({
    description: 'The cloud has accepted to join them.',
    fields: (t) => ({
      server: t.field({ type: Server, description: 'Read after the change.', resolve: ({ server }) => server }),
      network: t.field({ type: Network, description: 'Read after the change.', resolve: ({ network }) => network }),
      nic: t.field({
        type: Nic,
        nullable: true,
        description: 'The new nic. Null while state is PENDING.',
        resolve: ({ nic }) => nic,
      }),
      state: t.field({
        type: OperationState,
        description: 'PENDING while the cloud does not show the new nic yet.',
        resolve: ({ state }) => state,
      }),
      hints: t.stringList(whilePending(({ server }) => pendingHints.nicComes(server.id))),
    }),
  })

builder.mutationField('connectServer', (t) =>
  t.field({
    type: ConnectServerSuccess,
    description:
      'Join a server to a private network by a new nic. Not idempotent: a server can be joined to one network several times. ' +
      'A network whose `cidr6` is no /64 is refused with InvalidInputError, as it would freeze the nics of the server.',
    args: { input: t.arg({ type: ConnectServerInput, required: true, description: 'What to join.' }) },
    errors: {
      union: { description: 'The new nic, or why there is none.' },
      types: [
        InvalidInputError,
        NetworkNotFoundError,
        ServerNotFoundError,
        PublicNetworkError,
        NetworkFullError,
        ServerSuspendedError,
        ForbiddenError,
        BusyError,
        RateLimitedError,
        UnauthenticatedError,
        CloudUnavailableError,
      ],
    },
    extensions: { calls: 5 },
    resolve: (_root, { input }, { operation, ids }) => {
      const serverId = readServerId(input.serverId, ids, ['input', 'serverId'])
      const networkId = readNetworkId(input.networkId, ids, ['input', 'networkId'])
      return connectServer(operation(), serverId, networkId, readWaiting(input))
    },
  }),
)
