// How each peer is started (command, folder, environment) and what it is. `dir` is below bench/peers unless absolute.
import { ours } from './ours.mjs'

const production = { NODE_ENV: 'production' }
const node = (dir, script, about, env = {}) => ({ dir, cmd: ['node', script], env: { ...production, ...env }, about })
const shell = (dir, about, env = {}) => ({ dir, cmd: ['sh', './start.sh'], env: { ...production, ...env }, about })

export const PEERS = {
  limit: node(
    'limit',
    'server.mjs',
    'not GraphQL: undici and a join by hand, the practical ceiling of one Node process',
  ),
  'limit-sf': node('limit', 'server.mjs', 'the same; identical queries in flight share one execution', {
    SINGLE_FLIGHT: '1',
  }),
  ours: ours("this project's gateway as shipped"),
  'ours-no-snapshot': ours('the same with its snapshots off', { SNAPSHOTS: 'off' }),
  mercurius: node('mercurius', 'server.mjs', 'Fastify and Mercurius, loaders, jit: 1, one GET a key'),
  'mercurius-list': node('mercurius', 'server.mjs', 'the same; large batches read the collection and join', {
    LIST_JOIN: '1',
  }),
  'mercurius-join': node('mercurius', 'join.mjs', 'Mercurius, jit: 1, no loaders: collections joined by hand'),
  apollo: node('apollo', 'server.mjs', 'Apollo Server and RESTDataSource, all defaults'),
  'apollo-undici': {
    ...node('apollo', 'server.mjs', "the same over undici's fetch with a bounded pool", { FETCH: 'undici' }),
    optional: true,
  },
  'yoga-naive': node('yoga-naive', 'server.mjs', 'GraphQL Yoga and DataLoader, one GET a key'),
  hive: shell('hive', 'Hive Gateway over a Mesh Compose supergraph (JSON Schema source)'),
  tailcall: shell('tailcall', 'tailcall (Rust), batchKey and dedupe (its data loader mixes tenants: see README)'),
  'tailcall-mixed': {
    ...shell('tailcall', 'tailcall, batchKey for the nics, one deduplicated GET a server', {
      CONFIG: 'gateway-mixed.graphql',
    }),
    optional: true,
  },
  'tailcall-nobatch': {
    ...shell('tailcall', 'tailcall without the data loader: keeps tenants apart, cannot express Q1 and Q2', {
      CONFIG: 'gateway-nobatch.graphql',
    }),
    cannot: ['Q1', 'Q2'],
  },
}
