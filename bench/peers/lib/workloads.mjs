// The fixed job: four queries, and the schema in which the peers answer them.
export const QUERIES = {
  Q1: '{ networks { id name cidr public status nics { id ipv4 macAddress server { id name status } } } }',
  Q2: '{ network(id:"7") { id name nics { id ipv4 server { id name } } } }',
  Q3: '{ networks { id name } }',
  Q4: '{ servers { id name nics { id ipv4 network { id name } } } }',
}

// The same job in the shape of this project's public contract: connections, and the cloud's own ids in their own fields.
export const CONTRACT_QUERIES = {
  Q1: '{ networks { nodes { networkId name cidr public status nics { nodes { nicId ipv4 macAddress server { serverId name status } } } } } }',
  Q2: '{ network(id:"7") { networkId name nics { nodes { nicId ipv4 server { serverId name } } } } }',
  Q3: '{ networks { nodes { networkId name } } }',
  Q4: '{ servers { nodes { serverId name nics { nicId ipv4 network { networkId name } } } } }',
}

export const SCHEMA = `
type Query { networks: [Network!]!  network(id: ID!): Network  servers: [Server!]!  server(id: ID!): Server }
type Network { id: ID! name: String! status: String! cidr: String public: Boolean! nics: [Nic!]! }
type Nic { id: ID! macAddress: String ipv4: String ipv6: String network: Network server: Server }
type Server { id: ID! name: String! status: String! nics: [Nic!]! }
`
