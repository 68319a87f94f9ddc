import {
  BusyError,
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  NicMismatchError,
  NicNotFoundError,
  PublicNetworkError,
  RateLimitedError,
  ServerNotFoundError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import { disconnectNic } from '../../operations/disconnect-nic.ts'
import { builder } from '../builder.ts'
import { pendingHints } from '../hints.ts'
import { globalId, readNetworkId, readNicId } from '../ids.ts'
import { Network } from '../network.ts'
import { Server } from '../server.ts'
import { NicRename } from './nic-rename.ts'
import { OperationState, readWaiting, waitingFields, whilePending } from './waiting.ts'

const DisconnectNicInput = builder.inputType('DisconnectNicInput', {
  description:
    'The nic to remove. By its global id it is that very nic; by its cloud id, whatever bears that id when the request comes.',
  fields: (t) => ({
    nicId: t.id({
      required: true,
      description:
        'Cloud id (nic-141-1) or, safer, global id of the nic. A cloud id means the nic that bears it when the request ' +
        'comes, even if removals on the server are waited for, or made before it in the same document, and move it. BusyError ' +
        'where nobody knows: a removal through this gateway was running then, and has moved the id.',
    }),
    expectNetworkId: t.id({
      description: 'Refuse with NicMismatchError unless the nic is on this network now: guards against renumbering.',
    }),
    expectMacAddress: t.string({
      description:
        'Refuse with NicMismatchError unless the nic has this MAC address now; upper and lower case are equal.',
    }),
    ...waitingFields(t),
  }),
})

const DisconnectNicSuccess = builder
  .objectRef<Awaited<ReturnType<typeof disconnectNic>>>('DisconnectNicSuccess')
  .implement({
    description: 'The cloud has accepted to remove the nic.',
    fields: (t) => ({
      nicId: t.id({ description: 'The cloud id it had when the mutation began.', resolve: ({ nic }) => nic.id }),
      deletedId: t.id({
        description: "Its stable global id, for evicting it from a client's cache.",
        resolve: ({ nic }) => globalId('Nic', nic.key),
      }),
      server: t.field({ type: Server, description: 'Read after the change.', resolve: ({ server }) => server }),
      network: t.field({
        type: Network,
        nullable: true,
        description:
          'The network it was on. Null when that went away meanwhile, or, with an entry in errors[], could not be read.',
        resolve: ({ nic }, _args, { graph }) => graph.networks.one(nic.networkId),
      }),
      renamed: t.field({
        type: [NicRename],
        description: 'Nics of the same server whose cloud id changed because of this. Empty while state is PENDING.',
        resolve: ({ renamed }) => renamed,
      }),
      state: t.field({
        type: OperationState,
        description: 'PENDING while the cloud still shows the nic.',
        resolve: ({ state }) => state,
      }),
      hints: t.stringList(whilePending(({ server }) => pendingHints.nicGoes(server.id))),
    }),
  })

builder.mutationField('disconnectNic', (t) =>
  t.field({
    type: DisconnectNicSuccess,
    description:
      'Remove one nic, named by its current cloud id or its stable id. A nic on a public network is always refused: ' +
      'it could not be had back. Removals on one server run one after another.',
    args: { input: t.arg({ type: DisconnectNicInput, required: true, description: 'The nic to remove.' }) },
    errors: {
      union: { description: 'That the nic goes, or why it stays.' },
      types: [
        InvalidInputError,
        NicNotFoundError,
        NicMismatchError,
        PublicNetworkError,
        ServerNotFoundError,
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
      const nic = readNicId(input.nicId, ids, ['input', 'nicId'])
      const networkId =
        input.expectNetworkId == null ? null : readNetworkId(input.expectNetworkId, ids, ['input', 'expectNetworkId'])
      const expected = { networkId, macAddress: input.expectMacAddress ?? null }
      return disconnectNic(operation(), nic, expected, readWaiting(input))
    },
  }),
)
