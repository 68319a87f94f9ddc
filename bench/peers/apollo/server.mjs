// Apollo Server 5 + RESTDataSource 6, as their documentation advises: one data source per request,
// its default policy for GET (deduplicate while in flight and memoise for the lifetime of the request).
// FETCH=undici gives the data source undici's fetch on a pool of POOL connections (its constructor's `fetch` option);
// without it the library's own default (node-fetch, no limit on connections) is used.

import { RESTDataSource } from '@apollo/datasource-rest'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { Agent, fetch as undiciFetch } from 'undici'
import { SCHEMA } from '../lib/workloads.mjs'

const dispatcher = new Agent({ connections: Number(process.env.POOL || 64), pipelining: 1 })
const fetch = process.env.FETCH === 'undici' ? (url, init) => undiciFetch(url, { ...init, dispatcher }) : undefined

class CycladesAPI extends RESTDataSource {
  constructor({ token, cache }) {
    super({ cache, fetch })
    this.baseURL = `${process.env.BACKEND_URL}/`
    this.token = token
  }
  willSendRequest(_path, request) {
    request.headers['x-auth-token'] = this.token
  }
  networks() {
    return this.get('networks/detail').then((r) => r.networks)
  }
  network(id) {
    return this.get(`networks/${encodeURIComponent(id)}`)
      .then((r) => r.network)
      .catch(nullOn404)
  }
  servers() {
    return this.get('servers/detail').then((r) => r.servers)
  }
  server(id) {
    return this.get(`servers/${encodeURIComponent(id)}`)
      .then((r) => r.server)
      .catch(nullOn404)
  }
}
const nullOn404 = (e) => {
  if (e.extensions?.response?.status === 404) return null
  throw e
}
const serverIdOf = (nicId) => nicId.slice(4, nicId.lastIndexOf('-'))
// A Nic is known by id only (under a network) or as a whole attachment (under a server).
const full = async (nic, api) => {
  if (nic.network_id !== undefined) return nic
  const s = await api.server(serverIdOf(nic.id))
  return s?.attachments.find((a) => a.id === nic.id) ?? nic
}

const resolvers = {
  Query: {
    networks: (_r, _a, { api }) => api.networks(),
    network: (_r, { id }, { api }) => api.network(id),
    servers: (_r, _a, { api }) => api.servers(),
    server: (_r, { id }, { api }) => api.server(id),
  },
  Network: { nics: (n) => n.attachments.map((id) => ({ id })) },
  Server: { nics: (s) => s.attachments },
  Nic: {
    macAddress: async (nic, _a, { api }) => (await full(nic, api)).mac_address,
    ipv4: async (nic, _a, { api }) => (await full(nic, api)).ipv4,
    ipv6: async (nic, _a, { api }) => (await full(nic, api)).ipv6,
    network: async (nic, _a, { api }) => {
      const id = (await full(nic, api)).network_id
      return id == null ? null : api.network(id)
    },
    server: (nic, _a, { api }) => api.server(serverIdOf(nic.id)),
  },
}

const server = new ApolloServer({ typeDefs: SCHEMA, resolvers, includeStacktraceInErrorResponses: false })
await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
  context: async ({ req }) => ({ api: new CycladesAPI({ token: req.headers['x-auth-token'], cache: server.cache }) }),
})
