/** Each class of `cloud/errors.ts` as a GraphQL type. */
import * as errors from '../cloud/errors.ts'
import { builder } from './builder.ts'
import { asValue, ErrorInterface } from './errors.ts'
import { globalId } from './ids.ts'
import { Network } from './network.ts'
import { Nic } from './nic.ts'
import { Server } from './server.ts'

const interfaces = [ErrorInterface]

builder.objectType(errors.InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The request itself is at fault; nothing was changed.',
  interfaces,
  fields: (t) => ({
    path: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'Path of the input field at fault, e.g. ["input", "cidr"]. Null when the cloud did not say which.',
      resolve: ({ inputPath }) => inputPath,
    }),
  }),
})

builder.objectType(errors.UnauthenticatedError, {
  name: 'UnauthenticatedError',
  description: 'No token, or one that the cloud does not accept.',
  interfaces,
})

builder.objectType(errors.ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The cloud knows the caller and says no.',
  interfaces,
})

builder.objectType(errors.PublicNetworkError, {
  name: 'PublicNetworkError',
  description: 'Public networks cannot be renamed, deleted, joined or left.',
  interfaces,
  fields: (t) => ({
    network: t.field({
      type: Network,
      nullable: true,
      description: 'The public network. Null, with an entry in errors[], when it could not be read.',
      resolve: ({ networkId }, _args, { graph }) => graph.networks.one(networkId),
    }),
  }),
})

builder.objectType(errors.NetworkNotFoundError, {
  name: 'NetworkNotFoundError',
  description: 'No such network for this token, or no more.',
  interfaces,
  fields: (t) => ({ networkId: t.exposeID('networkId', { description: 'Cloud id of what was asked for.' }) }),
})

builder.objectType(errors.ServerNotFoundError, {
  name: 'ServerNotFoundError',
  description: 'No such server for this token, or no more.',
  interfaces,
  fields: (t) => ({ serverId: t.exposeID('serverId', { description: 'Cloud id of what was asked for.' }) }),
})

builder.objectType(errors.NicNotFoundError, {
  name: 'NicNotFoundError',
  description: 'No nic bears that id now: it is gone, or the cloud renumbered it. Nothing was removed.',
  interfaces,
  fields: (t) => ({
    nicId: t.exposeID('nicId', {
      description: 'What was asked for: the cloud id, or, of a nic that is gone, its global id as given.',
    }),
    server: t.field({
      type: Server,
      nullable: true,
      description:
        'The server named by the nic id, with the nics it has now. Null when the id names no server, ' +
        'or, with an entry in errors[], when it could not be read.',
      resolve: ({ serverId }, _args, { graph }) => (serverId === null ? null : graph.servers.one(serverId)),
    }),
  }),
})

builder.objectType(errors.NicMismatchError, {
  name: 'NicMismatchError',
  description: 'The id is borne by another nic than expected; the message says what was done.',
  interfaces,
  fields: (t) => ({
    actual: t.field({
      type: Nic,
      nullable: true,
      description: 'What now bears that nic id. Null when nothing does.',
      resolve: ({ actual }) => actual,
    }),
  }),
})

builder.objectType(errors.NotConnectedError, {
  name: 'NotConnectedError',
  description: 'The server has no nic on the network; nothing was removed.',
  interfaces,
  fields: (t) => ({
    server: t.field({
      type: Server,
      nullable: true,
      description: 'The server. Null, with an entry in errors[], when it could not be read.',
      resolve: ({ serverId }, _args, { graph }) => graph.servers.one(serverId),
    }),
    network: t.field({
      type: Network,
      nullable: true,
      description: 'The network. Null, with an entry in errors[], when it could not be read.',
      resolve: ({ networkId }, _args, { graph }) => graph.networks.one(networkId),
    }),
  }),
})

builder.objectType(errors.PartlyDoneError, {
  name: 'PartlyDoneError',
  description:
    'A change of several steps that stopped after some of them: what is done, what is left, and the error that stopped it.',
  interfaces,
  fields: (t) => ({
    network: t.field({
      type: Network,
      nullable: true,
      description: 'The network, which is still there. Null, with an entry in errors[], when it could not be read.',
      resolve: ({ networkId }, _args, { graph }) => graph.networks.one(networkId),
    }),
    disconnectedNicIds: t.idList({
      description: 'Cloud ids of the nics already removed, as they were when the mutation began.',
      resolve: ({ disconnected }) => disconnected.map((nic) => nic.id),
    }),
    disconnectedIds: t.idList({
      description: 'Their stable global ids, in the same order.',
      resolve: ({ disconnected }) => disconnected.map((nic) => globalId('Nic', nic.key)),
    }),
    remaining: t.field({
      type: [Nic],
      description: 'The nics that were to go and still stand, as they were when the mutation began.',
      resolve: ({ remaining }) => remaining,
    }),
    cause: t.field({
      type: ErrorInterface,
      description: 'The error that stopped it.',
      resolve: ({ stoppedBy }) => asValue(stoppedBy),
    }),
  }),
})

builder.objectType(errors.NetworkInUseError, {
  name: 'NetworkInUseError',
  description: 'The network cannot be deleted while nics hang on it.',
  interfaces,
  fields: (t) => ({
    network: t.field({
      type: Network,
      nullable: true,
      description: 'The network. Null, with an entry in errors[], when it could not be read.',
      resolve: ({ networkId }, _args, { graph }) => graph.networks.one(networkId),
    }),
    nics: t.field({
      type: [Nic],
      description:
        'The nics to disconnect first. Empty when the cloud counts one that it does not show ' +
        '(still being connected), or when they could not be read: the message says which.',
      resolve: ({ nics }) => nics,
    }),
  }),
})

builder.objectType(errors.NetworkFullError, {
  name: 'NetworkFullError',
  description: 'The network has no free address left.',
  interfaces,
  fields: (t) => ({
    network: t.field({
      type: Network,
      nullable: true,
      description: 'The full network. Null, with an entry in errors[], when it could not be read.',
      resolve: ({ networkId }, _args, { graph }) => graph.networks.one(networkId),
    }),
  }),
})

builder.objectType(errors.QuotaExceededError, {
  name: 'QuotaExceededError',
  description: "The caller's quota is used up; `fault.details` says what is left.",
  interfaces,
})

/** Said of both errors that can name a time. */
const retryAfterSeconds = {
  nullable: true,
  description: 'Seconds to wait before asking again. Null when the cloud did not say.',
} as const

builder.objectType(errors.RateLimitedError, {
  name: 'RateLimitedError',
  description: 'Asked too often; nothing was changed.',
  interfaces,
  fields: (t) => ({ retryAfterSeconds: t.exposeInt('retryAfterSeconds', retryAfterSeconds) }),
})

builder.objectType(errors.BusyError, {
  name: 'BusyError',
  description: 'Something else is being done to the same thing; the same request may pass in a moment.',
  interfaces,
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description:
        'Seconds after which the gateway waits no longer for what is being done, whose end it has not seen. ' +
        'Null when nobody knows how long it takes.',
    }),
  }),
})

builder.objectType(errors.ServerSuspendedError, {
  name: 'ServerSuspendedError',
  description: 'An administrator has suspended the server: every change of it is refused.',
  interfaces,
  fields: (t) => ({
    server: t.field({
      type: Server,
      nullable: true,
      description: 'The suspended server. Null, with an entry in errors[], when it could not be read.',
      resolve: ({ serverId }, _args, { graph }) => graph.servers.one(serverId),
    }),
  }),
})

const MutationOutcome = builder.enumType('MutationOutcome', {
  description: 'Whether a change may have been made although the cloud did not say so.',
  values: {
    NOT_APPLIED: {
      description: 'It was not made: it never reached the cloud, or the cloud refused it.',
    },
    UNKNOWN: {
      description: 'It may have been made, or may still be. Look before you send it again; the gateway never does.',
    },
  },
})

builder.objectType(errors.CloudUnavailableError, {
  name: 'CloudUnavailableError',
  description: 'The cloud did not answer, or not in a way that means anything.',
  interfaces,
  fields: (t) => ({
    outcome: t.field({
      type: MutationOutcome,
      description: 'Whether the cloud may have carried the request out all the same.',
      resolve: ({ outcome }) => outcome,
    }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', retryAfterSeconds),
    candidates: t.field({
      type: [Network],
      nullable: { list: true, items: false },
      description:
        'Of createNetwork with the outcome UNKNOWN: the networks that fit what was to be made, the latest first. One of them ' +
        "may be the new one; each may also be older or somebody else's, and the new one may still come. " +
        'Null otherwise, or when they could not be read.',
      resolve: ({ candidates }) => candidates,
    }),
  }),
})
