import type { IdSyntax } from '../cloud/cloud.ts'
import type * as model from '../cloud/model.ts'
import { andThen } from '../graph/maybe.ts'
import { builder } from './builder.ts'
import { ServerStatus } from './enums.ts'
import { readIds, readNetworkId, readServerId, readStatuses } from './ids.ts'
import { needsBelow } from './look-ahead.ts'
import { orderBy, SORTING, sorted } from './order.ts'
import { orderInput } from './order-input.ts'
import { pageOf, readPage } from './paging.ts'
import { Server } from './server.ts'

const ServerFilter = builder.inputType('ServerFilter', {
  description: 'Which servers; a server must fit every field that is given and not null.',
  fields: (t) => ({
    ids: t.idList({ description: 'One of these, by cloud id or global id; an empty list: none. At most 1000.' }),
    nameContains: t.string({ description: 'This text is in its name, in upper or lower case.' }),
    status: t.field({ type: [ServerStatus], description: 'It has one of these statuses. At most 100 of them.' }),
    networkId: t.id({ description: 'Servers that are connected to this network, by cloud id or global id.' }),
  }),
})

const ServerOrder = orderInput('Server')

builder.queryField('servers', (t) =>
  t.connection(
    {
      type: Server,
      nullable: true,
      description:
        'All servers of the caller, by id unless told otherwise. ' +
        'Null, with an entry in errors[], when the cloud could not be read or an argument is INVALID_INPUT.',
      args: {
        filter: t.arg({ type: ServerFilter, description: 'Without it, all.' }),
        orderBy: t.arg({ type: ServerOrder, description: 'Without it, by id, ascending.' }),
      },
      extensions: { reads: 'servers', cursorReads: null },
      resolve: (_root, args, context, info) => {
        const { graph, ids, cost } = context
        const fits = filterOf(args.filter, ids)
        const order = orderBy<model.Server>('servers', args.orderBy?.field ?? 'ID', args.orderBy?.direction ?? 'ASC')
        const page = readPage(args, order)
        // All lists before the first row: then every row finds what it needs there, with no promise of its own.
        return andThen(graph.read(['servers', ...needsBelow(info).lists]), () =>
          andThen(graph.servers.all(), ({ list }) => {
            if (fits) cost.add(list.length)
            if (args.orderBy) cost.add(list.length * SORTING)
            const rows = fits ? list.filter(fits) : list // by id
            return pageOf(args.orderBy ? sorted(rows, order) : rows, page, context)
          }),
        )
      },
    },
    { name: 'ServerConnection', description: 'A page of servers.' },
    { name: 'ServerEdge', description: 'A server in a page.' },
  ),
)

/** Null: all of them. */
function filterOf(
  filter: typeof ServerFilter.$inferInput | null | undefined,
  ids: IdSyntax,
): ((server: model.Server) => boolean) | null {
  if (!filter) return null
  const at = (field: string) => ['filter', field]
  const wanted = readIds(filter.ids, readServerId, ids, at('ids'))
  const statuses = readStatuses(filter.status, at('status'))
  const text = filter.nameContains?.toLowerCase()
  const networkId = filter.networkId == null ? null : readNetworkId(filter.networkId, ids, at('networkId'))
  return (server) =>
    (!wanted || wanted.has(server.id)) &&
    (text === undefined || server.name.toLowerCase().includes(text)) &&
    (!statuses || statuses.has(server.status)) &&
    (networkId === null || server.nics.some((nic) => nic.networkId === networkId))
}
