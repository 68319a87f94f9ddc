import type { IdSyntax } from '../cloud/cloud.ts'
import type * as model from '../cloud/model.ts'
import { andThen } from '../graph/maybe.ts'
import { builder } from './builder.ts'
import { NetworkStatus } from './enums.ts'
import { readIds, readNetworkId, readServerId, readStatuses } from './ids.ts'
import { needsBelow } from './look-ahead.ts'
import { Network } from './network.ts'
import { orderBy, SORTING, sorted } from './order.ts'
import { orderInput } from './order-input.ts'
import { pageOf, readPage } from './paging.ts'

const NetworkFilter = builder.inputType('NetworkFilter', {
  description: 'Which networks; a network must fit every field that is given and not null.',
  fields: (t) => ({
    ids: t.idList({ description: 'One of these, by cloud id or global id; an empty list: none. At most 1000.' }),
    nameContains: t.string({ description: 'This text is in its name, in upper or lower case.' }),
    status: t.field({ type: [NetworkStatus], description: 'It has one of these statuses. At most 100 of them.' }),
    public: t.boolean({ description: 'true: public ones; false: private ones.' }),
    serverId: t.id({ description: 'Networks that this server is connected to, by cloud id or global id.' }),
    unused: t.boolean({ description: "true: no nic of the caller's is on it; false: at least one is." }),
  }),
})

const NetworkOrder = orderInput('Network')

builder.queryField('networks', (t) =>
  t.connection(
    {
      type: Network,
      nullable: true,
      description:
        'All networks of the caller and all public ones, by id unless told otherwise. ' +
        'Null, with an entry in errors[], when the cloud could not be read or an argument is INVALID_INPUT.',
      args: {
        filter: t.arg({ type: NetworkFilter, description: 'Without it, all.' }),
        orderBy: t.arg({ type: NetworkOrder, description: 'Without it, by id, ascending.' }),
      },
      extensions: { reads: 'networks', cursorReads: null },
      resolve: (_root, args, context, info) => {
        const { graph, ids, cost } = context
        const fits = filterOf(args.filter, ids)
        const order = orderBy<model.Network>('networks', args.orderBy?.field ?? 'ID', args.orderBy?.direction ?? 'ASC')
        const page = readPage(args, order)
        // All lists before the first row: then every row finds what it needs there, with no promise of its own.
        return andThen(graph.read(['networks', ...needsBelow(info).lists]), () =>
          andThen(graph.networks.all(), ({ list }) => {
            if (fits) cost.add(list.length)
            if (args.orderBy) cost.add(list.length * SORTING)
            const rows = fits ? list.filter(fits) : list // by id
            return pageOf(args.orderBy ? sorted(rows, order) : rows, page, context)
          }),
        )
      },
    },
    { name: 'NetworkConnection', description: 'A page of networks.' },
    { name: 'NetworkEdge', description: 'A network in a page.' },
  ),
)

/** Null: all of them. */
function filterOf(
  filter: typeof NetworkFilter.$inferInput | null | undefined,
  ids: IdSyntax,
): ((network: model.Network) => boolean) | null {
  if (!filter) return null
  const at = (field: string) => ['filter', field]
  const wanted = readIds(filter.ids, readNetworkId, ids, at('ids'))
  const statuses = readStatuses(filter.status, at('status'))
  const text = filter.nameContains?.toLowerCase()
  const serverId = filter.serverId == null ? null : readServerId(filter.serverId, ids, at('serverId'))
  return (network) =>
    (!wanted || wanted.has(network.id)) &&
    (text === undefined || network.name.toLowerCase().includes(text)) &&
    (!statuses || statuses.has(network.status)) &&
    (filter.public == null || network.public === filter.public) &&
    (serverId === null || network.nicRefs.some((nic) => nic.serverId === serverId)) &&
    (filter.unused == null || (network.nicRefs.length === 0) === filter.unused)
}
