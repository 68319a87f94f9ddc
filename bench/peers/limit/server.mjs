// NOT GraphQL: the practical ceiling for one Node process. For each known workload it makes the
// minimal upstream calls at once, parses, joins and stringifies exactly the same response body.
// SINGLE_FLIGHT=1: identical queries (same token) in flight share one execution, as tailcall's `dedupe` does.
import http from 'node:http'
import { Pool } from 'undici'
import { QUERIES } from '../lib/workloads.mjs'

const pool = new Pool(process.env.BACKEND_URL, { connections: Number(process.env.POOL || 64), pipelining: 1 })
async function get(path, token) {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { 'x-auth-token': token } })
  const json = JSON.parse(await body.text())
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
  return json
}
const serverIdOf = (nicId) => nicId.slice(4, nicId.lastIndexOf('-'))

async function q1(token) {
  const [{ networks }, { servers }] = await Promise.all([get('/networks/detail', token), get('/servers/detail', token)])
  const nics = new Map()
  for (const s of servers) {
    const server = { id: String(s.id), name: s.name, status: s.status }
    for (const a of s.attachments) nics.set(a.id, { id: a.id, ipv4: a.ipv4, macAddress: a.mac_address, server })
  }
  return {
    networks: networks.map((n) => ({
      id: n.id,
      name: n.name,
      cidr: n.cidr,
      public: n.public,
      status: n.status,
      nics: n.attachments.map((id) => nics.get(id)),
    })),
  }
}
async function q2(token) {
  const { network } = await get('/networks/7', token)
  const nics = new Map()
  await Promise.all(
    [...new Set(network.attachments.map(serverIdOf))].map(async (id) => {
      const { server: s } = await get(`/servers/${id}`, token)
      const server = { id: String(s.id), name: s.name }
      for (const a of s.attachments) nics.set(a.id, { id: a.id, ipv4: a.ipv4, server })
    }),
  )
  return { network: { id: network.id, name: network.name, nics: network.attachments.map((id) => nics.get(id)) } }
}
async function q3(token) {
  const { networks } = await get('/networks/detail', token)
  return { networks: networks.map((n) => ({ id: n.id, name: n.name })) }
}
async function q4(token) {
  const [{ networks }, { servers }] = await Promise.all([get('/networks/detail', token), get('/servers/detail', token)])
  const nets = new Map(networks.map((n) => [n.id, { id: n.id, name: n.name }]))
  return {
    servers: servers.map((s) => ({
      id: String(s.id),
      name: s.name,
      nics: s.attachments.map((a) => ({ id: a.id, ipv4: a.ipv4, network: nets.get(a.network_id) })),
    })),
  }
}
const run = new Map([
  [QUERIES.Q1, q1],
  [QUERIES.Q2, q2],
  [QUERIES.Q3, q3],
  [QUERIES.Q4, q4],
])

const flights = new Map()
const execute = (query, token) => {
  const fn = run.get(query)
  if (!fn)
    return Promise.resolve('{"errors":[{"message":"this is not a GraphQL server: only the four workloads are known"}]}')
  return fn(token).then((data) => JSON.stringify({ data }))
}
const answer =
  process.env.SINGLE_FLIGHT !== '1'
    ? execute
    : (query, token) => {
        const key = `${token}\n${query}`
        let p = flights.get(key)
        if (!p) {
          p = execute(query, token).finally(() => flights.delete(key))
          flights.set(key, p)
        }
        return p
      }

http
  .createServer((req, res) => {
    if (req.method === 'GET') {
      res.end('ok')
      return
    }
    const chunks = []
    req.on('data', (c) => chunks.push(c))
    req.on('end', () => {
      let query
      try {
        query = JSON.parse(Buffer.concat(chunks).toString()).query
      } catch {
        res.writeHead(400)
        res.end()
        return
      }
      answer(query, req.headers['x-auth-token'] || '').then(
        (text) => {
          const b = Buffer.from(text)
          res.writeHead(200, { 'content-type': 'application/json', 'content-length': b.length })
          res.end(b)
        },
        (e) => {
          res.writeHead(500)
          res.end(JSON.stringify({ errors: [{ message: String(e.message) }] }))
        },
      )
    })
  })
  .listen(Number(process.env.PORT), '127.0.0.1')
for (const s of ['SIGTERM', 'SIGINT']) process.on(s, () => process.exit(0))
