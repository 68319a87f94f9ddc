import type { Difference } from '../graph/diff.ts'
import type { Change as ChangeValue } from '../operations/watch.ts'
import { builder } from './builder.ts'
import { globalId, readIds, readNetworkId, readServerId } from './ids.ts'
import { Network } from './network.ts'
import { Nic } from './nic.ts'
import { Server } from './server.ts'

type Kind = Difference['kind']
type Of<Name extends Kind> = { readonly at: string } & Extract<Difference, { kind: Name }>
type AnyChange = { readonly at: string } & Difference

const Change = builder.interfaceRef<AnyChange>('Change').implement({
  description: 'One difference in the graph, as the gateway saw it.',
  resolveType: ({ kind }) => kind,
  fields: (t) => ({
    at: t.expose('at', {
      type: 'DateTime',
      description: "When the gateway saw it, by the gateway's clock: up to some seconds after it happened.",
    }),
  }),
})

const interfaces = [Change]

const event = <Name extends Kind>(name: Name) => builder.objectRef<Of<Name>>(name)

event('NetworkCreated').implement({
  description: 'A network is there that was not before.',
  interfaces,
  fields: (t) => ({
    network: t.field({ type: Network, description: 'The new network.', resolve: ({ network }) => network }),
  }),
})

event('NetworkUpdated').implement({
  description: 'Something of a network itself has another value; `updatedAt` alone does not count, nor do its nics.',
  interfaces,
  fields: (t) => ({
    network: t.field({
      type: Network,
      description: 'The network after the change.',
      resolve: ({ network }) => network,
    }),
  }),
})

event('NetworkDeleted').implement({
  description: 'A network is no more; its nics have gone before, each with an event.',
  interfaces,
  fields: (t) => ({
    networkId: t.exposeID('networkId', { description: 'Cloud id of what is gone.' }),
    deletedId: t.id({
      description: "Global id of what is gone, for evicting it from a client's cache.",
      resolve: ({ networkId }) => globalId('Network', networkId),
    }),
  }),
})

event('ServerCreated').implement({
  description: 'A server is there that was not before.',
  interfaces,
  fields: (t) => ({
    server: t.field({ type: Server, description: 'The new server.', resolve: ({ server }) => server }),
  }),
})

event('ServerUpdated').implement({
  description:
    'Something of a server, or the address or firewall of one of its nics, has another value; `updatedAt` alone does not count.',
  interfaces,
  fields: (t) => ({
    server: t.field({ type: Server, description: 'The server after the change.', resolve: ({ server }) => server }),
  }),
})

event('ServerDeleted').implement({
  description: 'A server is no more; its nics have gone before, each with an event.',
  interfaces,
  fields: (t) => ({
    serverId: t.exposeID('serverId', { description: 'Cloud id of what is gone.' }),
    deletedId: t.id({
      description: "Global id of what is gone, for evicting it from a client's cache.",
      resolve: ({ serverId }) => globalId('Server', serverId),
    }),
  }),
})

event('NicConnected').implement({
  description: 'A server is joined to a network by a new nic.',
  interfaces,
  fields: (t) => ({ nic: t.field({ type: Nic, description: 'The new nic.', resolve: ({ nic }) => nic }) }),
})

event('NicDisconnected').implement({
  description: 'A nic is no more.',
  interfaces,
  fields: (t) => ({
    nicId: t.id({ description: 'The cloud id it had.', resolve: ({ nic }) => nic.id }),
    deletedId: t.id({
      description: "Its stable global id, for evicting it from a client's cache.",
      resolve: ({ nic }) => globalId('Nic', nic.key),
    }),
    serverId: t.id({ description: 'Cloud id of the server it was of.', resolve: ({ nic }) => nic.serverId }),
    networkId: t.id({ description: 'Cloud id of the network it was on.', resolve: ({ nic }) => nic.networkId }),
  }),
})

event('NicRenamed').implement({
  description: 'The cloud calls a nic by another id, because an earlier nic of its server has gone.',
  interfaces,
  fields: (t) => ({
    from: t.exposeID('from', { description: 'The cloud id it had.' }),
    to: t.exposeID('to', { description: 'The cloud id it has now.' }),
    nic: t.field({
      type: Nic,
      description: 'The nic, as it is now; its `id` is as before.',
      resolve: ({ nic }) => nic,
    }),
  }),
})

builder.subscriptionType({ description: "What happens to one token's server-network graph, over server-sent events." })

builder.subscriptionField('changes', (t) =>
  t.field({
    type: Change,
    description:
      "What changes in this token's server-network graph, from now on: each change once, in an order in which every step " +
      'makes sense. An outage of the cloud is waited out, then told as differences. The stream ends with an error when the ' +
      'token is no longer accepted (UNAUTHENTICATED) or when too many changes are left unread (BUSY).',
    args: {
      networkIds: t.arg.idList({
        description:
          'Only what touches one of these networks, or one of the servers below. By cloud id or global id. An empty list names none. At most 1000.',
      }),
      serverIds: t.arg.idList({
        description:
          'Only what touches one of these servers, or one of the networks above. By cloud id or global id. An empty list names none. At most 1000.',
      }),
    },
    extensions: { calls: 2 },
    subscribe: async (_root, { networkIds, serverIds }, { operation, ids }) => {
      const networks = readIds(networkIds, readNetworkId, ids, ['networkIds'])
      const servers = readIds(serverIds, readServerId, ids, ['serverIds'])
      const feed = await operation().watch()
      if (!networks && !servers) return feed
      return feed.where(({ difference }) => {
        const touched = ends(difference)
        return Boolean(networks?.has(touched.networkId ?? '') || servers?.has(touched.serverId ?? ''))
      })
    },
    resolve: ({ at, difference, snapshot }: ChangeValue, _args, { graph, cost }) => {
      graph.hold(snapshot)
      cost.begin() // each event is an answer of its own
      return { at, ...difference }
    },
  }),
)

/** The network and the server that a change touches. */
function ends(difference: Difference): { networkId?: string; serverId?: string } {
  if ('nic' in difference) return difference.nic
  if ('network' in difference) return { networkId: difference.network.id }
  if ('server' in difference) return { serverId: difference.server.id }
  return difference
}
