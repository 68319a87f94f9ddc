// GraphQL Mesh Compose: the REST API described with JSON Schema, composed to a supergraph for Hive Gateway.
import {
  createHoistFieldTransform,
  createRenameFieldTransform,
  createTypeReplaceTransform,
  defineConfig,
} from '@graphql-mesh/compose-cli'
import { loadJSONSchemaSubgraph } from '@omnigraph/json-schema'
import { GraphQLID, GraphQLNonNull } from 'graphql'

const str = { type: 'string' }
const nullable = { type: ['string', 'null'] }
const obj = (title, properties, required = []) => ({ type: 'object', title, properties, required })
const list = (items) => ({ type: 'array', items })
const id = str // made ID! by the type transform below (a JSON Schema has no such type)

const nic = obj('Nic', { id, network_id: nullable, mac_address: nullable, ipv4: nullable, ipv6: nullable }, ['id'])
const network = obj(
  'Network',
  { id, name: str, status: str, cidr: nullable, public: { type: 'boolean' }, attachments: list(str) },
  ['id', 'name', 'status', 'public', 'attachments'],
)
const server = obj('Server', { id, name: str, status: str, attachments: list(nic) }, [
  'id',
  'name',
  'status',
  'attachments',
])

const operation = (field, path, responseSchema) => ({
  type: 'Query',
  field,
  path,
  method: 'GET',
  responseSchema,
  ...(path.includes('{args.id}') ? { requiredArgs: ['id'] } : {}),
})

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadJSONSchemaSubgraph('Cyclades', {
        endpoint: 'http://backend.invalid', // replaced by BACKEND_URL at start
        operationHeaders: { 'X-Auth-Token': '{context.headers["x-auth-token"]}' },
        operations: [
          operation(
            'networksDetail',
            '/networks/detail',
            obj('NetworksDetail', { networks: list(network) }, ['networks']),
          ),
          operation('networkDetail', '/networks/{args.id}', obj('NetworkDetail', { network })),
          operation('serversDetail', '/servers/detail', obj('ServersDetail', { servers: list(server) }, ['servers'])),
          operation('serverDetail', '/servers/{args.id}', obj('ServerDetail', { server })),
        ],
      }),
      transforms: [
        createTypeReplaceTransform((_typeName, fieldName) =>
          fieldName === 'id' ? new GraphQLNonNull(GraphQLID) : undefined,
        ),
        createRenameFieldTransform(({ typeName, fieldName }) => {
          if (typeName === 'Nic' && fieldName === 'mac_address') return 'macAddress'
          if (typeName === 'Server' && fieldName === 'attachments') return 'nics'
          return fieldName
        }),
        createHoistFieldTransform({
          mapping: [
            { typeName: 'Query', pathConfig: ['networksDetail', 'networks'], newFieldName: 'networks' },
            { typeName: 'Query', pathConfig: ['networkDetail', 'network'], newFieldName: 'network' },
            { typeName: 'Query', pathConfig: ['serversDetail', 'servers'], newFieldName: 'servers' },
            { typeName: 'Query', pathConfig: ['serverDetail', 'server'], newFieldName: 'server' },
          ],
        }),
      ],
    },
  ],
  additionalTypeDefs: /* GraphQL */ `
    extend type Network { nics: [Nic!]! }
    extend type Nic { network: Network server: Server }
  `,
})
