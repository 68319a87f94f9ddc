import type { Graph } from '../graph/graph.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import { builder } from './builder.ts'
import { type NodeKind, readGlobalId } from './ids.ts'
import { needsBelow } from './look-ahead.ts'

function load(graph: Graph, { kind, key }: { kind: NodeKind; key: string }): MaybePromise<object | null> {
  if (kind === 'Network') return graph.networks.one(key)
  return kind === 'Server' ? graph.servers.one(key) : graph.nicByKey(key)
}

builder.queryField('node', (t) =>
  t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description:
      'The thing with that global id. Null when there is none for this token. Anything else than a global id is INVALID_INPUT.',
    args: { id: t.arg.id({ required: true, description: 'Global id, such as "Network:4".' }) },
    extensions: { calls: 1 },
    resolve: (_root, { id }, { graph, ids }, info) => {
      const thing = readGlobalId(id, ids, ['id'])
      return andThen(graph.readForOne(needsBelow(info)), () => load(graph, thing))
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
    extensions: { callsForEach: 'ids' },
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
