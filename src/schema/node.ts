import { brandWithType } from '@pothos/core'
import type { Graph } from '../graph/graph.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import { builder } from './builder.ts'
import { type NodeKind, readGlobalId } from './ids.ts'
import { needsBelow } from './look-ahead.ts'
import { Network } from './network.ts'
import { Nic } from './nic.ts'
import { Server } from './server.ts'

const types = { Network, Server, Nic }

function load(graph: Graph, { kind, key }: { kind: NodeKind; key: string }): MaybePromise<object | null> {
  const thing: MaybePromise<object | null> =
    kind === 'Network' ? graph.networks.one(key) : kind === 'Server' ? graph.servers.one(key) : graph.nicByKey(key)
  return andThen(thing, (found) => {
    if (found) brandWithType(found, types[kind]) // so that the interface knows which type it is
    return found
  })
}

builder.queryField('node', (t) =>
  t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description:
      'The thing with that global id. Null when there is none for this token. Anything else than a global id is INVALID_INPUT.',
    args: { id: t.arg.id({ required: true, description: 'Global id, such as "Network:4".' }) },
    resolve: (_root, { id }, { graph, ids }, info) => {
      const thing = readGlobalId(id, ids, ['id'])
      graph.start(needsBelow(info).whole)
      return load(graph, thing)
    },
  }),
)

builder.queryField('nodes', (t) =>
  t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description:
      'The things with these global ids, in that order, null for those that are not there. ' +
      'Anything else than a global id is null too, with an entry INVALID_INPUT in errors[] at its place.',
    args: { ids: t.arg.idList({ required: true, description: 'Global ids, of any kinds.' }) },
    resolve: (_root, { ids: texts }, { graph, ids }, info) => {
      graph.start(needsBelow(info).whole)
      return texts.map((text, at) => {
        try {
          return load(graph, readGlobalId(text, ids, ['ids', String(at)]))
        } catch (error) {
          return error as Error // graphql puts it into errors[] at this item
        }
      }) as object[]
    },
  }),
)
