// Fastify + Mercurius 16: loaders (batched per level, per request), jit: 1, upstream by undici.
// LIST_JOIN=1 (peer "mercurius-list"): the hand-tuned form. Where a loader has more than LIST_FROM keys it reads
// the collection once (/servers/detail or /networks/detail) and joins, in place of one GET a key.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { Pool } from 'undici'
import { SCHEMA } from '../lib/workloads.mjs'

const listFrom = process.env.LIST_JOIN === '1' ? Number(process.env.LIST_FROM || 8) : Infinity
const pool = new Pool(process.env.BACKEND_URL, { connections: Number(process.env.POOL || 64), pipelining: 1 })
async function get(path, ctx) {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { 'x-auth-token': ctx.token } })
  const json = await body.json()
  if (statusCode === 404) return null
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
  return json
}
// One GET per distinct key for the lifetime of the request.
const once = (ctx, path) => {
  if (!ctx.memo.has(path)) ctx.memo.set(path, get(path, ctx))
  return ctx.memo.get(path)
}
const one = (ctx, kind, id) => once(ctx, `/${kind}s/${encodeURIComponent(id)}`).then((r) => r?.[kind])
// Of a collection, built once a request.
const indexOf = (ctx, kind) => {
  const build = (r) => new Map(r[`${kind}s`].map((x) => [String(x.id), x]))
  if (!ctx.memo.has(kind)) ctx.memo.set(kind, once(ctx, `/${kind}s/detail`).then(build))
  return ctx.memo.get(kind)
}
async function many(ctx, kind, ids) {
  const unique = new Set(ids)
  if (unique.size > listFrom || (listFrom !== Infinity && ctx.memo.has(`/${kind}s/detail`))) {
    const index = await indexOf(ctx, kind)
    return ids.map((id) => index.get(id) ?? null)
  }
  return Promise.all(ids.map((id) => one(ctx, kind, id)))
}
const serverIdOf = (nicId) => nicId.slice(4, nicId.lastIndexOf('-'))
async function full(nics, ctx) {
  // attachments of NICs known only by id
  if (nics.every((n) => n.network_id !== undefined)) return nics
  const servers = await many(
    ctx,
    'server',
    nics.map((n) => serverIdOf(n.id)),
  )
  return nics.map((n, i) => servers[i]?.attachments.find((a) => a.id === n.id) ?? n)
}
const field = (name) => async (queries, ctx) =>
  (
    await full(
      queries.map((q) => q.obj),
      ctx,
    )
  ).map((a) => a[name])

const app = Fastify({ logger: false })
app.register(mercurius, {
  schema: SCHEMA,
  jit: 1,
  context: (req) => ({ token: req.headers['x-auth-token'], memo: new Map() }),
  resolvers: {
    Query: {
      networks: async (_r, _a, ctx) => (await once(ctx, '/networks/detail')).networks,
      network: (_r, { id }, ctx) => one(ctx, 'network', id),
      servers: async (_r, _a, ctx) => (await once(ctx, '/servers/detail')).servers,
      server: (_r, { id }, ctx) => one(ctx, 'server', id),
    },
    Network: { nics: (n) => n.attachments.map((id) => ({ id })) },
    Server: { nics: (s) => s.attachments },
  },
  loaders: {
    Nic: {
      macAddress: { loader: field('mac_address'), opts: { cache: false } },
      ipv4: { loader: field('ipv4'), opts: { cache: false } },
      ipv6: { loader: field('ipv6'), opts: { cache: false } },
      server: {
        loader: (queries, ctx) =>
          many(
            ctx,
            'server',
            queries.map((q) => serverIdOf(q.obj.id)),
          ),
        opts: { cache: false },
      },
      network: {
        loader: async (queries, ctx) =>
          many(
            ctx,
            'network',
            (
              await full(
                queries.map((q) => q.obj),
                ctx,
              )
            ).map((a) => a.network_id),
          ),
        opts: { cache: false },
      },
    },
  },
})
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
