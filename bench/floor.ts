/**
 * The floor under any gateway of one Node process: no GraphQL, four known queries, the same REST calls, parsed, joined by
 * hand and written out as the very answer that the contract promises.
 *
 *     node bench/floor.ts --cloud-url http://127.0.0.1:6100 --port 0
 *
 * Equal queries of one token share one execution while it is on its way.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import { queries } from './queries.ts'
import type { Network, Server } from './upstream/data.ts'

const { values: flags } = parseArgs({
  options: { 'cloud-url': { type: 'string' }, port: { type: 'string', default: '0' } },
})
const cloud = new Pool(flags['cloud-url'] ?? '', { connections: 64 })

async function get<Answer>(path: string, token: string): Promise<Answer> {
  const { statusCode, body } = await cloud.request({ path, method: 'GET', headers: { 'x-auth-token': token } })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
  return JSON.parse(text) as Answer // the upstream is the bench's own
}

const networksOf = (token: string) => get<{ networks: Network[] }>('/networks/detail', token)
const serversOf = (token: string) => get<{ servers: Server[] }>('/servers/detail', token)

async function wholeGraph(token: string) {
  const [{ networks }, { servers }] = await Promise.all([networksOf(token), serversOf(token)])
  const nics = new Map<string, object>()
  for (const { id, name, status, attachments } of servers) {
    const server = { serverId: String(id), name, status }
    for (const nic of attachments) {
      nics.set(nic.id, { nicId: nic.id, ipv4: nic.ipv4, macAddress: nic.mac_address, server })
    }
  }
  const nodes = networks.map(({ id, name, cidr, public: isPublic, status, attachments }) => ({
    networkId: id,
    name,
    cidr,
    public: isPublic,
    status,
    nics: { nodes: attachments.map((nicId) => nics.get(nicId)) },
  }))
  return { networks: { nodes } }
}

async function oneNetwork(token: string) {
  const { network } = await get<{ network: Network }>('/networks/7', token)
  const nics = new Map<string, object>()
  const serverIds = new Set(network.attachments.map((nicId) => nicId.split('-')[1]))
  await Promise.all(
    Array.from(serverIds, async (serverId) => {
      const { server } = await get<{ server: Server }>(`/servers/${serverId}`, token)
      const { id, name } = server
      for (const nic of server.attachments) {
        nics.set(nic.id, { nicId: nic.id, ipv4: nic.ipv4, server: { serverId: String(id), name } })
      }
    }),
  )
  const nodes = network.attachments.map((nicId) => nics.get(nicId))
  return { network: { networkId: network.id, name: network.name, nics: { nodes } } }
}

async function listOfNetworks(token: string) {
  const { networks } = await networksOf(token)
  return { networks: { nodes: networks.map(({ id, name }) => ({ networkId: id, name })) } }
}

async function serversWithNics(token: string) {
  const [{ networks }, { servers }] = await Promise.all([networksOf(token), serversOf(token)])
  const byId = new Map(networks.map(({ id, name }) => [id, { networkId: id, name }]))
  const nodes = servers.map(({ id, name, attachments }) => ({
    serverId: String(id),
    name,
    nics: attachments.map((nic) => ({ nicId: nic.id, ipv4: nic.ipv4, network: byId.get(nic.network_id) })),
  }))
  return { servers: { nodes } }
}

const known = new Map<string, (token: string) => Promise<object>>([
  [queries['whole graph'], wholeGraph],
  [queries['one network'], oneNetwork],
  [queries['list of networks'], listOfNetworks],
  [queries['servers with nics'], serversWithNics],
])

async function execute(query: string, token: string): Promise<Buffer> {
  const run = known.get(query)
  if (run === undefined) throw new Error('The floor knows four queries, and this is none of them.')
  return Buffer.from(JSON.stringify({ data: await run(token) }))
}

const onTheirWay = new Map<string, Promise<Buffer>>()

function answer(query: string, token: string): Promise<Buffer> {
  const key = `${token}\n${query}`
  const held = onTheirWay.get(key)
  if (held !== undefined) return held
  const made = execute(query, token).finally(() => onTheirWay.delete(key))
  onTheirWay.set(key, made)
  return made
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { query } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string } // the bench's own client
    answer(query, String(request.headers['x-auth-token'])).then(
      (content) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': content.length })
        response.end(content)
      },
      (error: Error) => {
        response.writeHead(500)
        response.end(error.message)
      },
    )
  })
})
server.keepAliveTimeout = 120_000
server.listen(Number(flags.port), '127.0.0.1', () => {
  console.log(`floor at http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`) // it listens at a port
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
