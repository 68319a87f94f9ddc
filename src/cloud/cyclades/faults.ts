/**
 * From what Cyclades answers to what it means: the one table. A row matches by operation, fault name and, only where one
 * name means several things, the message. Statuses decide where there is no name, and for 401: a missing token is
 * `unauthorized`, a bad one a `fault` (Cyclades REST 2.2).
 */
import {
  BusyError,
  CloudUnavailableError,
  type DomainError,
  type Fault,
  ForbiddenError,
  InvalidInputError,
  NetworkFullError,
  NetworkInUseError,
  NetworkNotFoundError,
  NicNotFoundError,
  PublicNetworkError,
  QuotaExceededError,
  RateLimitedError,
  ServerNotFoundError,
  ServerSuspendedError,
  UnauthenticatedError,
} from '../errors.ts'

/** What was asked, and of what: enough to tell which thing a 404 means. */
export type Asked =
  | { readonly operation: 'networks' | 'servers' | 'create' }
  | { readonly operation: 'network' | 'rename' | 'delete'; readonly networkId: string }
  | { readonly operation: 'server' | 'ips' | 'firewall'; readonly serverId: string }
  | { readonly operation: 'connect'; readonly serverId: string; readonly networkId: string }
  | {
      readonly operation: 'disconnect'
      readonly serverId: string
      readonly networkId: string
      readonly nicId: string
    }

export interface Answer {
  readonly fault: Fault
  /** Of the header Retry-After. */
  readonly retryAfterSeconds: number | null
}

/** Null: the row does not apply after all, the next one is tried. */
type Says = (asked: Asked, answer: Answer) => DomainError | null

interface Row {
  /** Of the fault's envelope; null matches an answer without one. */
  readonly name: string | null
  /** Start of the message, final dots aside: they vary from one call to the next. */
  readonly message?: string
  readonly status?: number
  /** Only for these, so that an error is always one that the mutation can answer with. */
  readonly on?: readonly Asked['operation'][]
  readonly says: Says
}

const words = ({ fault }: Answer) =>
  [fault.message, fault.details].filter(Boolean).join(' ') || `status ${fault.status}`

const invalid =
  (path: readonly string[] | null): Says =>
  (_asked, answer) =>
    new InvalidInputError(`The cloud refused the request: ${words(answer)}`, path, answer)

const input = (field: string) => invalid(['input', field])

const missingNetwork: Says = (asked, answer) =>
  'networkId' in asked ? new NetworkNotFoundError(asked.networkId, answer) : null
const missingServer: Says = (asked, answer) =>
  'serverId' in asked ? new ServerNotFoundError(asked.serverId, answer) : null
const missingNic: Says = (asked, answer) =>
  asked.operation === 'disconnect'
    ? new NicNotFoundError(`There is no nic ${asked.nicId} any more.`, asked.nicId, asked.serverId, answer)
    : null
/** A 404 without a body means the thing in the URL. */
const missingThing: Says = (asked, answer) => missingNetwork(asked, answer) ?? missingServer(asked, answer)

const publicNetwork: Says = (asked, answer) =>
  'networkId' in asked
    ? new PublicNetworkError(
        `Network ${asked.networkId} is public: only administrators can change it.`,
        asked.networkId,
        answer,
      )
    : null
const suspended: Says = (asked, answer) =>
  'serverId' in asked ? new ServerSuspendedError(asked.serverId, answer) : null
const busy: Says = (_asked, answer) => new BusyError(`The cloud is busy with it: ${words(answer)}`, answer)
const quota: Says = (_asked, answer) => new QuotaExceededError(`Your quota is used up: ${words(answer)}`, answer)
const full: Says = (asked, answer) => ('networkId' in asked ? new NetworkFullError(asked.networkId, answer) : null)
const rateLimited: Says = (_asked, answer) =>
  answer.retryAfterSeconds === null && answer.fault.status === 413
    ? null
    : new RateLimitedError('The cloud limits how often it may be asked.', answer.retryAfterSeconds, answer)
const forbidden: Says = (_asked, answer) => new ForbiddenError(`The cloud forbids it: ${words(answer)}`, answer)
const unavailable: Says = cloudUnavailable

const changesOfNics = ['delete', 'connect', 'disconnect', 'firewall'] as const

/** Sources: the messages of Synnefo 0.14.10, api/networks.py, api/servers.py, api/actions.py and api/util.py. */
const rows: readonly Row[] = [
  { name: 'itemNotFound', message: 'Network not found', says: missingNetwork },
  { name: 'itemNotFound', message: 'Server not found', says: missingServer },
  { name: 'itemNotFound', message: 'NIC not found on VM', says: missingNic },
  { name: 'itemNotFound', says: missingThing },

  { name: 'forbidden', message: 'Administratively Suspended VM', says: suspended },
  { name: 'forbidden', message: 'Can not delete the public network', says: publicNetwork },
  { name: 'forbidden', message: 'Can not rename the public network', says: publicNetwork },
  { name: 'forbidden', message: 'Can not modify the public network', says: publicNetwork },
  { name: 'forbidden', says: forbidden },
  // Of the identity service, in the check of the token.
  { name: 'fault', status: 403, says: forbidden },

  { name: 'badRequest', message: 'Network has been deleted', says: missingNetwork },
  { name: 'badRequest', message: 'Server has been deleted', says: missingServer },
  { name: 'badRequest', message: 'Invalid server ID', says: input('serverId') },
  { name: 'badRequest', message: 'Invalid network type', says: input('type') },
  { name: 'badRequest', message: 'Invalid network IPv4 subnet', says: input('cidr') },
  { name: 'badRequest', message: 'Invalid network IPv4 gateway', says: input('gateway') },
  { name: 'badRequest', message: 'Invalid network IPv6 subnet', says: input('cidr6') },
  { name: 'badRequest', message: 'Invalid network IPv6 gateway', says: input('gateway6') },
  { name: 'badRequest', message: 'Unsupported firewall profile', says: input('profile') },
  // Not the caller's fault but the base URL's: the gateway asks for nothing that Cyclades does not have.
  { name: 'badRequest', message: 'API endpoint not found', says: unavailable },
  { name: 'badRequest', message: 'Method not allowed', says: unavailable },
  { name: 'badRequest', says: invalid(null) },

  { name: 'networkInUse', on: ['delete'], says: inUse },
  { name: 'buildInProgress', on: changesOfNics, says: busy },
  { name: 'badMediaType', message: 'NIC index conflict on VM', on: changesOfNics, says: busy },

  { name: 'overLimit', message: 'Unsupported network size', says: input('cidr') },
  { name: 'overLimit', message: 'Network is full', on: ['connect'], says: full },
  { name: 'overLimit', message: 'Resource Limit Exceeded', on: ['create'], says: quota },
  { name: 'overLimit', message: 'Resource Limit Exceeded', says: unavailable },
  { name: 'overLimit', says: rateLimited },
  { name: 'overLimit', on: ['create'], says: quota },
  { name: 'overLimit', on: ['connect'], says: full },

  { name: null, status: 400, says: invalid(null) },
  { name: null, status: 422, says: invalid(null) },
  { name: null, status: 403, says: (_asked, answer) => new ForbiddenError('The cloud forbids it.', answer) },
  { name: null, status: 404, says: missingThing },
  { name: null, status: 413, says: rateLimited },
  { name: null, status: 413, on: ['create'], says: quota },
  { name: null, status: 413, on: ['connect'], says: full },
]

function inUse(asked: Asked, answer: Answer): DomainError | null {
  if (!('networkId' in asked)) return null
  return new NetworkInUseError(`Network ${asked.networkId} still has nics on it.`, asked.networkId, [], answer)
}

function matches(row: Row, asked: Asked, { fault }: Answer): boolean {
  if (row.name !== fault.name || (row.on && !row.on.includes(asked.operation))) return false
  if (row.status !== undefined && row.status !== fault.status) return false
  return row.message === undefined || (fault.message?.startsWith(row.message) ?? false)
}

/** What an answer that is no success means for what was asked. */
export function errorFor(asked: Asked, answer: Answer): DomainError {
  const { fault } = answer
  if (fault.status === 401) return new UnauthenticatedError('The cloud does not accept this token.', answer)
  // What is said by what stands in front of the cloud tells nothing of what the cloud has done.
  const isOfGateway = fault.status === 502 || fault.status === 504
  for (const row of isOfGateway ? [] : rows) {
    const error = matches(row, asked, answer) ? row.says(asked, answer) : null
    if (error) return error
  }
  if (fault.status === 429) {
    return new RateLimitedError('The cloud limits how often it may be asked.', answer.retryAfterSeconds, answer)
  }
  return cloudUnavailable(asked, answer)
}

const reads: readonly string[] = ['networks', 'servers', 'network', 'server', 'ips'] satisfies Asked['operation'][]

function cloudUnavailable({ operation }: Asked, answer: Answer): CloudUnavailableError {
  const { status, name, message } = answer.fault
  const said = message ? `: ${message}` : ''
  // The cloud refused in so many words: a redirect, any 4xx, "not implemented", a 503 in its own envelope, and what fails in the
  // check of the token, before anything is done (Cyclades REST 11.5).
  const isOfTokenCheck = name === 'fault' && (status === 500 || status === 503)
  const refused = status < 500 || status === 501 || (status === 503 && name === 'serviceUnavailable') || isOfTokenCheck
  return new CloudUnavailableError(
    `The cloud answered ${status}${said}.`.replace('..', '.'),
    refused || reads.includes(operation) ? 'NOT_APPLIED' : 'UNKNOWN',
    answer,
  )
}
