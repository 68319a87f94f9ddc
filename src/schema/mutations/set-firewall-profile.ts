import {
  BusyError,
  CloudUnavailableError,
  ForbiddenError,
  InvalidInputError,
  RateLimitedError,
  ServerNotFoundError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../../cloud/errors.ts'
import { setFirewallProfile } from '../../operations/set-firewall-profile.ts'
import { builder } from '../builder.ts'
import { FirewallProfile } from '../enums.ts'
import { pendingHints } from '../hints.ts'
import { readServerId } from '../ids.ts'
import { Server } from '../server.ts'
import { OperationState, readWaiting, waitingFields, whilePending } from './waiting.ts'

const SetFirewallProfileInput = builder.inputType('SetFirewallProfileInput', {
  description: 'The server and what its firewall shall let through.',
  fields: (t) => ({
    serverId: t.id({ required: true, description: 'Cloud id or global id of the server.' }),
    profile: t.field({ type: FirewallProfile, required: true, description: 'The new profile.' }),
    ...waitingFields(t),
  }),
})

const SetFirewallProfileSuccess = builder
  .objectRef<Awaited<ReturnType<typeof setFirewallProfile>>>('SetFirewallProfileSuccess')
  .implement({
    description: 'The cloud has accepted the new profile.',
    fields: (t) => ({
      server: t.field({ type: Server, description: 'Read after the change.', resolve: ({ server }) => server }),
      state: t.field({
        type: OperationState,
        description:
          "PENDING while the server's public nic does not show the profile yet; a server without one never does.",
        resolve: ({ state }) => state,
      }),
      hints: t.stringList(whilePending(({ server }) => pendingHints.firewallComes(server.id))),
    }),
  })

builder.mutationField('setFirewallProfile', (t) =>
  t.field({
    type: SetFirewallProfileSuccess,
    description: "Set what the cloud's firewall lets through to a server's public nic.",
    args: {
      input: t.arg({ type: SetFirewallProfileInput, required: true, description: 'The server and its new profile.' }),
    },
    errors: {
      union: { description: 'The server with its new profile, or why it keeps the old.' },
      types: [
        InvalidInputError,
        ServerNotFoundError,
        ServerSuspendedError,
        ForbiddenError,
        BusyError,
        RateLimitedError,
        UnauthenticatedError,
        CloudUnavailableError,
      ],
    },
    extensions: { calls: 2 },
    resolve: (_root, { input }, { operation, ids }) => {
      const serverId = readServerId(input.serverId, ids, ['input', 'serverId'])
      return setFirewallProfile(operation(), serverId, input.profile, readWaiting(input))
    },
  }),
)
