/** What to try next, for each error: GraphQL operations that can be pasted as they are, or a sentence. */
import type { DomainError, ErrorCode, KnownError } from '../cloud/errors.ts'
import type { Network, NicRef } from '../cloud/model.ts'
import { globalId } from './ids.ts'

const quoted = (text: string) => JSON.stringify(text)

const networksQuery = '{ networks { nodes { networkId name status public } } }'
const serversQuery = '{ servers { nodes { serverId name status } } }'

const nicsOfServer = (serverId: string) =>
  `{ server(id: ${quoted(serverId)}) { nics { nicId id macAddress network { networkId name } } } }`
const nicsOfNetwork = (networkId: string) =>
  `{ network(id: ${quoted(networkId)}) { nics { nodes { nicId id server { serverId name } } } } }`
const theseNetworks = (networks: readonly Network[]) => {
  const ids = networks.map(({ id }) => quoted(globalId('Network', id))).join(', ')
  return `{ nodes(ids: [${ids}]) { ... on Network { networkId name createdAt cidr status } } }`
}
const disconnect = ({ id, networkId }: NicRef) =>
  `mutation { disconnectNic(input: { nicId: ${quoted(id)}, expectNetworkId: ${quoted(networkId)} }) { __typename } }`

const again = (seconds: number | null) =>
  seconds === null ? 'Try again in a moment.' : `Try again in ${seconds} seconds.`

/**
 * The nics to disconnect, one operation each, in an order in which every id still holds: highest index first, because a
 * removal moves the ids behind it.
 */
function disconnectAll(nics: readonly NicRef[]): string[] {
  return [...nics].sort((a, b) => b.index - a.index).map(disconnect)
}

/** By code, not by class: the errors plugin hands over a proxy that is an instance of nothing. */
const hints: { readonly [Code in ErrorCode]: (error: Extract<KnownError, { code: Code }>) => string[] } = {
  INVALID_INPUT: ({ inputPath }) => [
    inputPath ? `Correct ${inputPath.join('.')} and send it again.` : 'Correct the input and send it again.',
  ],
  UNAUTHENTICATED: () => ['Send a valid token in the header X-Auth-Token, or as Authorization: Bearer.'],
  FORBIDDEN: () => ['Ask an administrator of the cloud whether your account may do this.'],
  PUBLIC_NETWORK: ({ networkId }) => [
    'Public networks belong to the administrators; work on a private one.',
    nicsOfNetwork(networkId),
    '{ networks(filter: { public: false }) { nodes { networkId name } } }',
  ],
  NETWORK_NOT_FOUND: () => [networksQuery],
  SERVER_NOT_FOUND: () => [serversQuery],
  NIC_NOT_FOUND: ({ serverId }) => [
    serverId === null ? '{ servers { nodes { serverId nics { nicId id } } } }' : nicsOfServer(serverId),
    'Name nics by their global id: it stays the same when the cloud renumbers them.',
  ],
  NIC_MISMATCH: ({ actual }) => [
    ...(actual ? [nicsOfServer(actual.serverId)] : []),
    'Name nics by their global id: it stays the same when the cloud renumbers them.',
  ],
  NOT_CONNECTED: ({ serverId, networkId }) => [nicsOfServer(serverId), nicsOfNetwork(networkId)],
  PARTLY_DONE: ({ networkId, remaining }) => [...disconnectAll(remaining), nicsOfNetwork(networkId)],
  NETWORK_IN_USE: ({ networkId, nics }) => [
    ...(nics.length > 0 ? disconnectAll(nics) : [nicsOfNetwork(networkId), again(null)]),
    `mutation { deleteNetwork(input: { networkId: ${quoted(networkId)} }) { __typename } }`,
    `mutation { deleteNetwork(input: { networkId: ${quoted(networkId)}, disconnectNics: true }) { __typename } }`,
  ],
  NETWORK_FULL: ({ networkId }) => [
    nicsOfNetwork(networkId),
    'Disconnect a nic from it, or create a network with a larger cidr, or one without DHCP.',
  ],
  QUOTA_EXCEEDED: () => [
    'Delete a network that is not used any more.',
    '{ networks(filter: { unused: true, public: false }) { nodes { networkId name } } }',
  ],
  RATE_LIMITED: ({ retryAfterSeconds }) => [again(retryAfterSeconds)],
  BUSY: ({ retryAfterSeconds }) => [
    retryAfterSeconds === null
      ? again(null)
      : `Try again in a moment; it passes in ${retryAfterSeconds} seconds at the latest.`,
  ],
  SERVER_SUSPENDED: () => ['Ask an administrator of the cloud to lift the suspension.'],
  CLOUD_UNAVAILABLE: ({ outcome, retryAfterSeconds, candidates }) =>
    outcome === 'NOT_APPLIED'
      ? [again(retryAfterSeconds)]
      : [
          'Look whether it was done before you send it again.',
          ...(candidates?.length ? [theseNetworks(candidates)] : []),
          networksQuery,
          serversQuery,
        ],
}

/** What to look at while an accepted change is not to be seen yet, for `hints` of its success. */
export const pendingHints = {
  networkComes: (networkId: string) => [`{ network(id: ${quoted(networkId)}) { status } }`],
  networkGoes: (networkId: string) => [
    `{ network(id: ${quoted(networkId)}) { status deletionBlockers { ... on Error { message } } } }`,
    'It is gone when that answers null.',
  ],
  nicComes: (serverId: string) => [
    nicsOfServer(serverId),
    'Should the new nic never show, the cloud could not make it, and says so nowhere: connect again then, not before.',
  ],
  nicGoes: (serverId: string) => [
    nicsOfServer(serverId),
    'Should the nic never go, the cloud could not remove it: the server is BUSY then until it is connected to some network.',
  ],
  firewallComes: (serverId: string) => [
    `{ server(id: ${quoted(serverId)}) { nics { nicId firewallProfile } } }`,
    'A server without a public nic never shows a profile.',
  ],
} as const

export function hintsFor(error: DomainError): string[] {
  const hintsOf = hints[error.code] as (known: DomainError) => string[] // the code says which class it is
  return hintsOf(error)
}
