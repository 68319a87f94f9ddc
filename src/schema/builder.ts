import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import RelayPlugin from '@pothos/plugin-relay'
import type { SchemaContext } from './context.ts'

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** What holds for the whole schema is said here, once. */
export const builder = new SchemaBuilder<{
  Context: SchemaContext
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  Connection: { totalCount: number }
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: string; Output: string }
  }
}>({
  // Errors first: the other way round a union field answers null and an entry in errors[].
  plugins: [ErrorsPlugin, RelayPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    defaultUnionOptions: { name: ({ fieldName }) => `${capitalized(fieldName)}Result` },
  },
  relay: {
    cursorType: 'String',
    clientMutationId: 'omit',
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodeTypeOptions: {
      description: 'A thing with an id of its own in this graph: a network, a server or a nic.',
      // By what only that kind has: things are shared between requests, so that nothing can be noted on them.
      resolveType: (thing) =>
        'nicRefs' in (thing as object) ? 'Network' : 'nics' in (thing as object) ? 'Server' : 'Nic',
    },
    idFieldOptions: { description: 'Global id, readable: `Network:4`, `Server:141`, `Nic:<stable key>`.' },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The rows of this page, each with its cursor.',
    },
    nodeFieldOptions: { nullable: false, description: 'The thing itself.' },
    nodesOnConnection: { description: 'The same rows without their edges.' },
    cursorFieldOptions: {
      description:
        'Opaque; for `after` and `before`. It names the row, not an offset, so it holds while rows come and go.',
    },
    pageInfoTypeOptions: { description: 'Where a page stands in the whole list.' },
    pageInfoFieldOptions: { description: 'Where this page stands in the whole list.' },
    hasNextPageFieldOptions: {
      description: 'Whether rows follow the last one of this page, in either direction of paging.',
    },
    hasPreviousPageFieldOptions: {
      description: 'Whether rows precede the first one of this page, in either direction of paging.',
    },
    startCursorFieldOptions: { description: 'Cursor of the first row; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last row; null on an empty page.' },
    firstArgOptions: {
      description: 'Rows from the start (or after `after`), 0 or more; without it all, up to the page ceiling.',
    },
    lastArgOptions: { description: 'Rows from the end (or before `before`), 0 or more.' },
    afterArgOptions: { description: 'Only rows behind the one that this cursor names.' },
    beforeArgOptions: { description: 'Only rows ahead of the one that this cursor names.' },
  },
})

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: 'Rows in the whole list, whatever the page.',
    resolve: (connection) => (connection as unknown as { totalCount: number }).totalCount, // every connection is a Page
  }),
)

builder.queryType({ description: "Reads of one token's server-network graph. Nothing here changes the cloud." })
builder.mutationType({
  description:
    'Changes. Each is sent to the cloud at most once and answers a union: the success, or one of the typed errors. ' +
    'Several in one document run one after another.',
})
