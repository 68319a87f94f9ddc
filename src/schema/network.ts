import type * as model from '../cloud/model.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import { builder } from './builder.ts'
import { NetworkStatus, NetworkType } from './enums.ts'
import { globalId, readNetworkId } from './ids.ts'
import { needsBelow } from './look-ahead.ts'
import { Nic, type NicValue } from './nic.ts'
import { nicOrder } from './order.ts'
import { pageOf, readPage } from './paging.ts'

export const Network = builder.objectRef<model.Network>('Network')

/** A field that only the network itself holds. */
const own = { extensions: { reads: 'networks' } } as const

Network.implement({
  description: 'A network that servers are joined to by nics.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: 'Global id, `Network:<network id>`.', resolve: ({ id }) => globalId('Network', id) }),
    networkId: t.exposeID('id', { description: 'What the cloud itself calls it, a number as text: "4".' }),
    name: t.exposeString('name', { description: 'Not unique; 1 to 128 characters.', ...own }),
    status: t.field({
      type: NetworkStatus,
      description: 'Where it is in its life.',
      resolve: ({ status }) => status,
      ...own,
    }),
    public: t.exposeBoolean('public', {
      description: 'Made by administrators for everybody: nobody can rename, delete, join or leave it.',
      ...own,
    }),
    type: t.field({
      type: NetworkType,
      nullable: true,
      description: 'How it is built. Null when the cloud sends a type that is none of these.',
      resolve: ({ type }) => type,
      ...own,
    }),
    cidr: t.exposeString('cidr', {
      nullable: true,
      description:
        'Its IPv4 range, such as 192.168.1.0/24. Ranges of different networks may overlap. Null when it has none.',
      ...own,
    }),
    cidr6: t.exposeString('cidr6', { nullable: true, description: 'Its IPv6 range. Null when it has none.', ...own }),
    gateway: t.exposeString('gateway', {
      nullable: true,
      description: 'IPv4 address of its gateway. Null when it has none.',
      ...own,
    }),
    gateway6: t.exposeString('gateway6', {
      nullable: true,
      description: 'IPv6 address of its gateway. Null when it has none.',
      ...own,
    }),
    dhcp: t.exposeBoolean('dhcp', {
      description: 'Whether nics get an IPv4 address. Without it there is no limit on nics, and `Nic.ipv4` is null.',
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
      description: 'Whose quota it counts against. Null on public networks that nobody owns.',
      ...own,
    }),
    userId: t.exposeID('userId', {
      nullable: true,
      description: 'Who made it. Null on public networks that nobody owns.',
      ...own,
    }),
    nics: t.connection(
      {
        type: Nic,
        nullable: true,
        description:
          "The caller's nics on it, by server id, then index, without those that are still being connected. " +
          'Where servers could not be read, their nics have `nicId`, `index` and `network`, and an entry in errors[] for each ' +
          'other field, which is null; null as a whole where `id` is among them.',
        extensions: { reads: 'networks', cursorReads: 'servers' },
        resolve: (network, args, context, info) => {
          // A network knows its nics by name; all else of them is the servers', and so is what a cursor is made of.
          const page = readPage(args, nicOrder(network.id))
          const names = page.after === null && page.before === null && !needsBelow(info).lists.has('servers')
          const nics: MaybePromise<readonly NicValue[]> = names ? network.nicRefs : context.graph.nicsOrNamesOf(network)
          return andThen(nics, (rows) => pageOf(rows, page, context))
        },
      },
      { name: 'NicConnection', description: 'A page of nics.' },
      { name: 'NicEdge', description: 'A nic in a page.' },
    ),
  }),
})

builder.queryField('network', (t) =>
  t.field({
    type: Network,
    nullable: true,
    description:
      'One network. Null when the cloud has no such network for this token, or no more. ' +
      'An id of another kind or form is INVALID_INPUT.',
    args: { id: t.arg.id({ required: true, description: 'Cloud id ("4") or global id ("Network:4").' }) },
    extensions: { calls: 1 },
    resolve: (_root, { id }, { graph, ids }, info) => {
      const networkId = readNetworkId(id, ids, ['id'])
      return andThen(graph.readForOne(needsBelow(info)), () => graph.networks.one(networkId))
    },
  }),
)
