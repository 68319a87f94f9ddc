// GraphQL Yoga 5 on node:http, plain graphql-js, DataLoader with one GET per key (the API has no batch endpoint).
import { createServer } from 'node:http'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { Pool } from 'undici'
import { SCHEMA } from '../lib/workloads.mjs'

const pool = new Pool(process.env.BACKEND_URL, { connections: Number(process.env.POOL || 64), pipelining: 1 })
async function get(path, token) {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { 'x-auth-token': token } })
  const json = await body.json()
  if (statusCode === 404) return null
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
  return json
}
const serverIdOf = (nicId) => nicId.slice(4, nicId.lastIndexOf('-'))
const full = async (nic, ctx) => {
  if (nic.network_id !== undefined) return nic
  const s = await ctx.servers.load(serverIdOf(nic.id))
  return s?.attachments.find((a) => a.id === nic.id) ?? nic
}

const yoga = createYoga({
  logging: false,
  graphiql: false,
  maskedErrors: false,
  schema: createSchema({
    typeDefs: SCHEMA,
    resolvers: {
      Query: {
        networks: async (_r, _a, ctx) => (await get('/networks/detail', ctx.token)).networks,
        network: (_r, { id }, ctx) => ctx.networks.load(id),
        servers: async (_r, _a, ctx) => (await get('/servers/detail', ctx.token)).servers,
        server: (_r, { id }, ctx) => ctx.servers.load(id),
      },
      Network: { nics: (n) => n.attachments.map((id) => ({ id })) },
      Server: { nics: (s) => s.attachments },
      Nic: {
        macAddress: async (nic, _a, ctx) => (await full(nic, ctx)).mac_address,
        ipv4: async (nic, _a, ctx) => (await full(nic, ctx)).ipv4,
        ipv6: async (nic, _a, ctx) => (await full(nic, ctx)).ipv6,
        network: async (nic, _a, ctx) => {
          const id = (await full(nic, ctx)).network_id
          return id == null ? null : ctx.networks.load(id)
        },
        server: (nic, _a, ctx) => ctx.servers.load(serverIdOf(nic.id)),
      },
    },
  }),
  context: ({ request }) => {
    const token = request.headers.get('x-auth-token') ?? ''
    const loader = (kind) =>
      new DataLoader((ids) =>
        Promise.all(ids.map((id) => get(`/${kind}s/${encodeURIComponent(id)}`, token).then((r) => r?.[kind]))),
      )
    return { token, networks: loader('network'), servers: loader('server') }
  },
})
createServer(yoga).listen(Number(process.env.PORT), '127.0.0.1')
for (const s of ['SIGTERM', 'SIGINT']) process.on(s, () => process.exit(0))
