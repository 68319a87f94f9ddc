/** What to try next, for each error: GraphQL operations that can be pasted as they are, or a sentence. */
import {
  BusyError,
  CloudUnavailableError,
  type DomainError,
  ForbiddenError,
  InvalidInputError,
  NetworkFullError,
  NetworkInUseError,
  NetworkNotFoundError,
  NicMismatchError,
  NicNotFoundError,
  PublicNetworkError,
  QuotaExceededError,
  RateLimitedError,
  ServerNotFoundError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../cloud/errors.ts'
import type { Nic } from '../cloud/model.ts'

const quoted = (text: string) => JSON.stringify(text)

const networksQuery = '{ networks { nodes { networkId name status public } } }'
const serversQuery = '{ servers { nodes { serverId name status } } }'

const nicsOfServer = (serverId: string) =>
  `{ server(id: ${quoted(serverId)}) { nics { nicId id macAddress network { networkId name } } } }`
const nicsOfNetwork = (networkId: string) =>
  `{ network(id: ${quoted(networkId)}) { nics { nodes { nicId id server { serverId name } } } } }`
const disconnect = ({ id, networkId }: Nic) =>
  `mutation { disconnectNic(input: { nicId: ${quoted(id)}, expectNetworkId: ${quoted(networkId)} }) { __typename } }`

const again = (seconds: number | null) =>
  seconds === null ? 'Try again in a moment.' : `Try again in ${seconds} seconds.`

/**
 * The nics to disconnect, one operation each, in an order in which every id still holds: highest index first, because a
 * removal moves the ids behind it.
 */
function disconnectAll(nics: readonly Nic[]): string[] {
  return [...nics].sort((a, b) => b.index - a.index).map(disconnect)
}

type Hints<Known extends DomainError> = (error: Known) => string[]

interface Row<Known extends DomainError> {
  readonly of: abstract new (...args: never[]) => Known
  readonly hints: Hints<Known>
}

const row = <Known extends DomainError>(of: Row<Known>['of'], hints: Hints<Known>): Row<DomainError> => ({
  of,
  hints: hints as Hints<DomainError>, // only ever called with an instance of that class
})

const rows: readonly Row<DomainError>[] = [
  row(InvalidInputError, ({ inputPath }) => [
    inputPath ? `Correct ${inputPath.join('.')} and send it again.` : 'Correct the input and send it again.',
  ]),
  row(UnauthenticatedError, () => ['Send a valid token in the header X-Auth-Token, or as Authorization: Bearer.']),
  row(ForbiddenError, () => ['Ask an administrator of the cloud whether your account may do this.']),
  row(PublicNetworkError, ({ networkId }) => [
    'Public networks belong to the administrators; work on a private one.',
    nicsOfNetwork(networkId),
    '{ networks(filter: { public: false }) { nodes { networkId name } } }',
  ]),
  row(NetworkNotFoundError, () => [networksQuery]),
  row(ServerNotFoundError, () => [serversQuery]),
  row(NicNotFoundError, ({ serverId }) => [
    serverId === null ? '{ servers { nodes { serverId nics { nicId id } } } }' : nicsOfServer(serverId),
    'Name nics by their global id: it stays the same when the cloud renumbers them.',
  ]),
  row(NicMismatchError, ({ actual }) => [
    ...(actual ? [nicsOfServer(actual.serverId)] : []),
    'Name nics by their global id: it stays the same when the cloud renumbers them.',
  ]),
  row(NetworkInUseError, ({ networkId, nics }) => [
    ...(nics.length > 0 ? disconnectAll(nics) : [nicsOfNetwork(networkId), again(null)]),
    `mutation { deleteNetwork(input: { networkId: ${quoted(networkId)} }) { __typename } }`,
  ]),
  row(NetworkFullError, ({ networkId }) => [
    nicsOfNetwork(networkId),
    'Disconnect a nic from it, or create a network with a larger cidr, or one without DHCP.',
  ]),
  row(QuotaExceededError, () => [
    'Delete a network that is not used any more.',
    '{ networks(filter: { unused: true, public: false }) { nodes { networkId name } } }',
  ]),
  row(RateLimitedError, ({ retryAfterSeconds }) => [again(retryAfterSeconds)]),
  row(BusyError, () => [again(null)]),
  row(ServerSuspendedError, () => ['Ask an administrator of the cloud to lift the suspension.']),
  row(CloudUnavailableError, ({ outcome, retryAfterSeconds }) =>
    outcome === 'NOT_APPLIED'
      ? [again(retryAfterSeconds)]
      : ['Look whether it was done before you send it again.', networksQuery, serversQuery],
  ),
]

export function hintsFor(error: DomainError): string[] {
  return rows.find(({ of }) => error instanceof of)?.hints(error) ?? []
}
