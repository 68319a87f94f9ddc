import type * as model from '../cloud/model.ts'
import type { Topology as TopologyView } from '../graph/topology.ts'
import { builder } from './builder.ts'
import { readIds, readNetworkId, readServerId } from './ids.ts'
import { needsBelow } from './look-ahead.ts'
import { Network } from './network.ts'
import { Nic } from './nic.ts'
import { Server } from './server.ts'

const TopologyFilter = builder.inputType('TopologyFilter', {
  description:
    'Which part of the graph. With networks named, those and the servers on them; with servers named, those and the ' +
    'networks they are on; with both, the named ones and what joins them.',
  fields: (t) => ({
    networkIds: t.idList({
      description: 'Networks, by cloud id or global id. Null: any; an empty list: none. At most 1000.',
    }),
    serverIds: t.idList({
      description: 'Servers, by cloud id or global id. Null: any; an empty list: none. At most 1000.',
    }),
    includePublic: t.boolean({
      defaultValue: true,
      description: 'false leaves out public networks, and links to them.',
    }),
  }),
})

const TopologyLink = builder.objectRef<model.Nic>('TopologyLink').implement({
  description: 'One nic as the line between a network and a server.',
  fields: (t) => ({
    nic: t.field({ type: Nic, description: 'The nic.', resolve: (nic) => nic }),
    networkId: t.exposeID('networkId', { description: 'Cloud id of the network at one end.' }),
    serverId: t.exposeID('serverId', { description: 'Cloud id of the server at the other end.' }),
  }),
})

const Topology = builder.objectRef<TopologyView>('Topology').implement({
  description: 'The whole server-network graph, flattened for drawing: no thing is in it twice.',
  fields: (t) => ({
    networks: t.field({
      type: [Network],
      description: 'By id.',
      extensions: { whole: ['networks'] },
      resolve: ({ networks }) => networks,
    }),
    servers: t.field({
      type: [Server],
      description: 'By id.',
      extensions: { whole: ['servers'] },
      resolve: ({ servers }) => servers,
    }),
    links: t.field({
      type: [TopologyLink],
      description: 'By server id, then index; both ends are among the networks and servers above.',
      extensions: { whole: ['servers'] },
      resolve: ({ links }) => links,
    }),
  }),
})

builder.queryField('topology', (t) =>
  t.field({
    type: Topology,
    nullable: true,
    description:
      'The whole server-network graph, flattened for drawing: one entry a network, a server, a nic. ' +
      'Null, with an entry in errors[], when the cloud could not be read or an argument is INVALID_INPUT.',
    args: { filter: t.arg({ type: TopologyFilter, description: 'Without it, everything.' }) },
    resolve: (_root, { filter }, { graph, ids }, info) => {
      const at = (field: string) => ['filter', field]
      const scope = {
        networkIds: readIds(filter?.networkIds, readNetworkId, ids, at('networkIds')),
        serverIds: readIds(filter?.serverIds, readServerId, ids, at('serverIds')),
        includePublic: filter?.includePublic ?? true,
      }
      return graph.topology(scope, needsBelow(info))
    },
  }),
)
