/** Four questions of a frontend, from the whole graph to one list. */
export const queries = {
  'whole graph':
    '{ networks { nodes { networkId name cidr public status nics { nodes { nicId ipv4 macAddress server { serverId name status } } } } } }',
  'one network': '{ network(id: "7") { networkId name nics { nodes { nicId ipv4 server { serverId name } } } } }',
  'list of networks': '{ networks { nodes { networkId name } } }',
  'servers with nics': '{ servers { nodes { serverId name nics { nicId ipv4 network { networkId name } } } } }',
} as const
