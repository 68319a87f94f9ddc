// Peer "mercurius-join": the strongest GraphQL server we could write by hand for this job. Fastify + Mercurius with
// jit: 1 and no loaders: under a list the collection on the other side is read once a request, indexed, and the
// joined objects are handed out, so every NIC field is a plain synchronous property.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { Pool } from 'undici'
import { SCHEMA } from '../lib/workloads.mjs'

const pool = new Pool(process.env.BACKEND_URL, { connections: Number(process.env.POOL || 64), pipelining: 1 })
async function get(path, ctx) {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { 'x-auth-token': ctx.token } })
  const json = JSON.parse(await body.text())
  if (statusCode === 404) return null
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
  return json
}
const once = (ctx, key, make) => {
  if (!ctx.memo.has(key)) ctx.memo.set(key, make())
  return ctx.memo.get(key)
}
const fetchOnce = (ctx, path) => once(ctx, path, () => get(path, ctx))
const one = (ctx, kind, id) => fetchOnce(ctx, `/${kind}s/${encodeURIComponent(id)}`).then((r) => r?.[kind])
const serverIdOf = (nicId) => nicId.slice(4, nicId.lastIndexOf('-'))
// NICs of a server, each linked to it.
const linked = (server) => {
  if (server && !server.nics) {
    server.nics = server.attachments
    for (const a of server.nics) {
      a.macAddress = a.mac_address
      a.server = server
    }
  }
  return server
}
const nicIndex = (ctx) =>
  once(ctx, 'nics', async () => {
    const index = new Map()
    for (const s of (await fetchOnce(ctx, '/servers/detail')).servers)
      for (const nic of linked(s).nics) index.set(nic.id, nic)
    return index
  })
const netIndex = (ctx) =>
  once(ctx, 'nets', async () => new Map((await fetchOnce(ctx, '/networks/detail')).networks.map((n) => [n.id, n])))
const isListed = (ctx, field) => ctx.memo.has(field)

const app = Fastify({ logger: false })
app.register(mercurius, {
  schema: SCHEMA,
  jit: 1,
  context: (req) => ({ token: req.headers['x-auth-token'], memo: new Map() }),
  resolvers: {
    Query: {
      networks: async (_r, _a, ctx) => {
        ctx.memo.set('many networks', true)
        return (await fetchOnce(ctx, '/networks/detail')).networks
      },
      network: (_r, { id }, ctx) => one(ctx, 'network', id),
      servers: async (_r, _a, ctx) => {
        ctx.memo.set('many servers', true)
        const { servers } = await fetchOnce(ctx, '/servers/detail')
        for (const s of servers) linked(s)
        return servers
      },
      server: (_r, { id }, ctx) => one(ctx, 'server', id).then(linked),
    },
    Network: {
      nics: async (n, _a, ctx) => {
        if (n.attachments.length === 0) return []
        if (isListed(ctx, 'many networks')) {
          const index = await nicIndex(ctx)
          return n.attachments.map((id) => index.get(id) ?? { id })
        }
        return Promise.all(
          n.attachments.map(
            async (id) => linked(await one(ctx, 'server', serverIdOf(id)))?.nics.find((a) => a.id === id) ?? { id },
          ),
        )
      },
    },
    Nic: {
      network: (nic, _a, ctx) => {
        if (nic.network_id == null) return null
        return isListed(ctx, 'many servers') || isListed(ctx, 'many networks')
          ? netIndex(ctx).then((index) => index.get(nic.network_id) ?? null)
          : one(ctx, 'network', nic.network_id)
      },
    },
  },
})
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
