// Hive Gateway: additional resolvers through the in-context SDK with its batching (key / argsFromKeys /
// valuesFromResults). The API has no batch-by-ids endpoint, so under a list the batch is the collection itself;
// under a single item each server or network is read by its id.
import { defineConfig } from '@graphql-hive/gateway'
import { print } from 'graphql'

const serverIdOf = (nicId) => nicId.slice(4, nicId.lastIndexOf('-'))
const inner = (subtree) => print(subtree).trim().slice(1, -1) // the client's selection, without its braces

// How many lists lie above this field in the response.
const lists = (info) => {
  let n = 0
  for (let p = info.path; p; p = p.prev) if (typeof p.key === 'number') n++
  return n
}
const one = (kind, id, root, context, info, selectionSet, valuesFromResults) =>
  context.Cyclades.Query[kind]({ root, context, info, args: { id }, selectionSet, valuesFromResults })

export const gatewayConfig = defineConfig({
  supergraph: process.env.SUPERGRAPH,
  jit: true,
  logging: 'warn',
  graphiql: false,
  landingPage: false,
  disableWebsockets: true,
  additionalResolvers: {
    Network: {
      nics: {
        selectionSet: '{ id attachments }',
        resolve: (root, _args, context, info) =>
          root.attachments.length === 0
            ? []
            : lists(info) === 0
              ? Promise.all(
                  root.attachments.map((nicId) =>
                    one(
                      'server',
                      serverIdOf(nicId),
                      root,
                      context,
                      info,
                      (subtree) => `{ nics { id network_id ${inner(subtree)} } }`,
                      (server) => server?.nics.find((nic) => nic.id === nicId),
                    ),
                  ),
                )
              : context.Cyclades.Query.servers({
                  root,
                  context,
                  info,
                  key: root.id,
                  argsFromKeys: () => ({}),
                  selectionSet: (subtree) => `{ nics { id network_id ${inner(subtree)} } }`,
                  valuesFromResults: (servers, networkIds) => {
                    const byNetwork = new Map(networkIds.map((id) => [id, []]))
                    for (const s of servers) for (const nic of s.nics) byNetwork.get(nic.network_id)?.push(nic)
                    return networkIds.map((id) => byNetwork.get(id))
                  },
                }),
      },
    },
    Nic: {
      server: {
        selectionSet: '{ id }',
        resolve: (root, _args, context, info) =>
          lists(info) < 2
            ? one('server', serverIdOf(root.id), root, context, info, (subtree) => `{ id ${inner(subtree)} }`)
            : context.Cyclades.Query.servers({
                root,
                context,
                info,
                key: serverIdOf(root.id),
                argsFromKeys: () => ({}),
                selectionSet: (subtree) => `{ id ${inner(subtree)} }`,
                valuesFromResults: (servers, ids) => {
                  const byId = new Map(servers.map((s) => [String(s.id), s]))
                  return ids.map((id) => byId.get(id) ?? null)
                },
              }),
      },
      network: {
        selectionSet: '{ network_id }',
        resolve: (root, _args, context, info) =>
          lists(info) < 2
            ? one('network', root.network_id, root, context, info, (subtree) => `{ id ${inner(subtree)} }`)
            : context.Cyclades.Query.networks({
                root,
                context,
                info,
                key: root.network_id,
                argsFromKeys: () => ({}),
                selectionSet: (subtree) => `{ id ${inner(subtree)} }`,
                valuesFromResults: (networks, ids) => {
                  const byId = new Map(networks.map((n) => [n.id, n]))
                  return ids.map((id) => byId.get(id) ?? null)
                },
              }),
      },
    },
  },
})
