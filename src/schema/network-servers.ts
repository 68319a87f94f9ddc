import { DomainError } from '../cloud/errors.ts'
import type * as model from '../cloud/model.ts'
import { compareIds } from '../cloud/model.ts'
import type { Graph } from '../graph/graph.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import { byServer } from '../graph/peers.ts'
import { builder } from './builder.ts'
import { needsBelow } from './look-ahead.ts'
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
        'Where they could not be read, what the network itself tells of them stands (`totalCount`, cursors, `nics`, and of each ' +
        'server `id` and `serverId`), with an entry in errors[] for each other field; null as a whole where one of those cannot be.',
      extensions: { reads: 'networks', cursorReads: null },
      resolve: (network, args, { graph, maxPageRows }, info) => {
        const request = readPage(args, { name: `servers ${network.id}`, ...byServerId })
        const rows = needsBelow(info).lists.has('servers') ? wholeOrNamedRows(network, graph) : namedRows(network)
        return andThen(rows, (all) => {
          const { edges, pageInfo, totalCount } = pageOf(all, request, maxPageRows)
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
function namedRows(network: model.Network, named = (id: string) => ({ id }) as model.Server): Row[] {
  return byServer(network.nicRefs).map(({ serverId, nics }) => ({ server: named(serverId), nics }))
}

/** By name alone where the servers cannot be read: whatever else is selected of them fails by itself, each at its path. */
function wholeOrNamedRows(network: model.Network, graph: Graph): MaybePromise<Row[]> {
  const rows = wholeRows(network, graph)
  if (!(rows instanceof Promise)) return rows
  return rows.catch((error) => {
    if (error instanceof DomainError) return namedRows(network, (id) => unread(id, error))
    throw error
  })
}

/** A server of which only the id is known: reading anything else of it throws the error. */
function unread(id: string, error: DomainError): model.Server {
  return new Proxy({ id } as model.Server, {
    get: (known, key: keyof model.Server | 'then' | symbol) => {
      if (key in known || key === 'then' || typeof key === 'symbol') return Reflect.get(known, key)
      throw error
    },
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
