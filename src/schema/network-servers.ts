import type { GraphQLResolveInfo } from 'graphql'
import { DomainError } from '../cloud/errors.ts'
import type * as model from '../cloud/model.ts'
import { compareIds } from '../cloud/model.ts'
import type { Graph } from '../graph/graph.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import { byServer } from '../graph/peers.ts'
import { builder } from './builder.ts'
import { needsBelow, needsBelowWithout } from './look-ahead.ts'
import { Network } from './network.ts'
import { Nic, type NicValue } from './nic.ts'
import { type Order, pageOf, readPage } from './paging.ts'
import { Server } from './server.ts'

interface Row {
  readonly server: model.Server
  readonly nics: readonly NicValue[]
}

const byServerId: Omit<Order<Row, string>, 'name'> = {
  key: ({ server }) => server.id,
  place: ({ server }) => server.id,
  compare: compareIds,
  isPlace: (value): value is string => typeof value === 'string',
}

builder.objectField(Network, 'servers', (t) =>
  t.connection(
    {
      type: Server,
      nullable: true,
      description:
        'Each connected server of the caller once, by id; the edge carries the nics that connect it. ' +
        'Null, with an entry in errors[], when they could not be read; but where of the servers nothing else than `id` and ' +
        '`serverId` is selected, what the network itself tells of them and their nics stands.',
      extensions: { reads: 'networks', cursorReads: null },
      resolve: (network, args, context, info) => {
        const { graph, cost } = context
        const request = readPage(args, { name: `servers ${network.id}`, ...byServerId })
        const rows = needsBelow(info).lists.has('servers') ? wholeOrNamedRows(network, graph, info) : namedRows(network)
        cost.add(network.nicRefs.length)
        return andThen(rows, (all) => {
          const { edges, pageInfo, totalCount } = pageOf(all, request, context)
          return {
            pageInfo,
            totalCount,
            edges: edges.map((edge) => ({ cursor: edge.cursor, node: edge.node.server, nics: edge.node.nics })),
          }
        })
      },
    },
    { name: 'NetworkServersConnection', description: 'A page of the servers on a network.' },
    {
      name: 'NetworkServersEdge',
      description: 'A server on a network.',
      fields: (edge) => ({
        nics: edge.field({
          type: [Nic],
          description: 'The nics that connect it to this network, by index; at least one.',
          resolve: (row) => (row as unknown as Row).nics, // made above
        }),
      }),
    },
  ),
)

/** For a selection that only names things; what a network knows of its servers is their names. */
function namedRows(network: model.Network): Row[] {
  return byServer(network.nicRefs).map(({ serverId, nics }) => ({ server: { id: serverId } as model.Server, nics }))
}

/** By name alone where the servers cannot be read and only their nics need them, whose fields then fail each at its path. */
function wholeOrNamedRows(network: model.Network, graph: Graph, info: GraphQLResolveInfo): MaybePromise<Row[]> {
  const rows = wholeRows(network, graph)
  if (!(rows instanceof Promise)) return rows
  return rows.catch((error) => {
    const isNamed = !needsBelowWithout(info, 'NetworkServersEdge.nics').lists.has('servers')
    if (error instanceof DomainError && isNamed) return namedRows(network)
    throw error
  })
}

/** Without a server that went away since the network was read. */
function wholeRows(network: model.Network, graph: Graph): MaybePromise<Row[]> {
  return andThen(graph.nicsOf(network), (nics) => {
    const groups = byServer(nics)
    const servers = graph.servers.several(groups.map(({ serverId }) => serverId))
    return andThen(servers, (there) => {
      const held = new Map(there.map((server) => [server.id, server]))
      return groups.flatMap(({ serverId, nics: joined }) => {
        const server = held.get(serverId)
        return server ? [{ server, nics: joined }] : []
      })
    })
  })
}
