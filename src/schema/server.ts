import type * as model from '../cloud/model.ts'
import { andThen } from '../graph/maybe.ts'
import type { Peer } from '../graph/peers.ts'
import { builder } from './builder.ts'
import { ServerStatus } from './enums.ts'
import { globalId, readServerId } from './ids.ts'
import { needsBelow } from './look-ahead.ts'
import { Network } from './network.ts'
import { Nic } from './nic.ts'

export const Server = builder.objectRef<model.Server>('Server')

const MetadataEntry = builder.objectRef<{ key: string; value: string }>('MetadataEntry').implement({
  description: 'A note that its owner has put on a server.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Unique on its server.' }),
    value: t.exposeString('value', { description: 'Free text.' }),
  }),
})

const ServerPeer = builder.objectRef<Peer>('ServerPeer')

ServerPeer.implement({
  description: 'Another server that can be reached over private networks.',
  fields: (t) => ({
    server: t.field({ type: Server, description: 'The other server.', resolve: ({ server }) => server }),
    networks: t.field({
      type: [Network],
      description: 'The private networks where both are, by id; at least one.',
      resolve: ({ networks }) => networks,
    }),
  }),
})

/** A field that only the server itself holds. */
const own = { extensions: { reads: 'servers' } } as const

Server.implement({
  description: 'A virtual machine.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: 'Global id, `Server:<server id>`.', resolve: ({ id }) => globalId('Server', id) }),
    serverId: t.exposeID('id', { description: 'What the cloud itself calls it, a number as text: "141".' }),
    name: t.exposeString('name', { description: 'Not unique.', ...own }),
    status: t.field({
      type: ServerStatus,
      description: 'What the cloud says it is doing.',
      resolve: ({ status }) => status,
      ...own,
    }),
    progress: t.exposeInt('progress', {
      nullable: true,
      description: 'Build progress, 0 to 100. Null when the cloud does not say.',
      ...own,
    }),
    suspended: t.exposeBoolean('suspended', {
      description: 'Suspended by an administrator: every change of it is refused with ServerSuspendedError.',
      ...own,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was made. Null when the cloud does not say.',
      ...own,
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the cloud last changed anything of it, its nics included. Null when the cloud does not say.',
      ...own,
    }),
    tenantId: t.exposeID('tenantId', {
      nullable: true,
      description: 'Whose quota it counts against. Null when the cloud does not say.',
      ...own,
    }),
    userId: t.exposeID('userId', {
      nullable: true,
      description: 'Who made it. Null when the cloud does not say.',
      ...own,
    }),
    flavorId: t.exposeID('flavorId', {
      nullable: true,
      description: "The cloud's id of its size. Null when the cloud does not say.",
      ...own,
    }),
    imageId: t.exposeID('imageId', {
      nullable: true,
      description: "The cloud's id of the image it was made from. Null when the cloud does not say.",
      ...own,
    }),
    metadata: t.field({
      type: [MetadataEntry],
      description: 'By key.',
      resolve: ({ metadata }) =>
        Object.keys(metadata)
          .sort()
          .map((key) => ({ key, value: metadata[key] ?? '' })),
      ...own,
    }),
    nics: t.field({
      type: [Nic],
      nullable: { list: true, items: false },
      description:
        'In index order, without those that are still being connected. Null, with an entry in errors[], when they could not be read.',
      resolve: ({ nics }) => nics,
      ...own,
    }),
    networks: t.field({
      type: [Network],
      nullable: { list: true, items: false },
      description:
        'The networks it is on, each once, by id. Null, with an entry in errors[], when they could not be read.',
      resolve: (server, _args, { graph }) => graph.networksOf(server),
      ...own,
    }),
    peers: t.field({
      type: [ServerPeer],
      nullable: { list: true, items: false },
      description:
        'Other servers that share at least one private network with this one, by id. ' +
        'Null, with an entry in errors[], when the graph could not be read.',
      extensions: { whole: ['networks', 'servers'] },
      resolve: (server, _args, { graph }) => graph.peersOf(server),
    }),
  }),
})

builder.queryField('server', (t) =>
  t.field({
    type: Server,
    nullable: true,
    description:
      'One server. Null when the cloud has no such server for this token, or no more. ' +
      'An id of another kind or form is INVALID_INPUT.',
    args: { id: t.arg.id({ required: true, description: 'Cloud id ("141") or global id ("Server:141").' }) },
    extensions: { calls: 1 },
    resolve: (_root, { id }, { graph, ids }, info) => {
      const serverId = readServerId(id, ids, ['id'])
      return andThen(graph.readForOne(needsBelow(info)), () => graph.servers.one(serverId))
    },
  }),
)
