/**
 * What can go wrong, by meaning: one class a meaning, with the name of its GraphQL type. Thrown anywhere below the
 * schema. `fault` is what the cloud itself said, null when the gateway refused before asking.
 *
 * They hold facts (ids, nics), not GraphQL: what to try next is said in `schema/hints.ts`.
 */
import type { Network, Nic, NicRef } from './model.ts'

/** The REST answer behind an error. `name`, `message` and `details` are null where the body did not say. */
export interface Fault {
  readonly status: number
  readonly name: string | null
  readonly message: string | null
  readonly details: string | null
}

/** Whether the cloud may have carried a request out although it did not say so. */
export type MutationOutcome = 'NOT_APPLIED' | 'UNKNOWN'

interface Cause {
  readonly fault?: Fault | null
  readonly cause?: unknown
}

export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode
  /** The name of its GraphQL type, written out: a bundler may rename the class. */
  abstract override readonly name: string
  readonly fault: Fault | null

  constructor(message: string, { fault = null, cause }: Cause = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.fault = fault
  }
}

/** The request itself is at fault; nothing was changed. */
export class InvalidInputError extends DomainError {
  override readonly name = 'InvalidInputError'
  readonly code = 'INVALID_INPUT'
  /**
   * Where in the arguments, e.g. `['input', 'cidr']`; null when the cloud did not say which.
   * Not called `path`: graphql 16 takes any thrown error with an array `path` for an already located one.
   */
  readonly inputPath: readonly string[] | null

  constructor(message: string, inputPath: readonly string[] | null, cause?: Cause) {
    super(message, cause)
    this.inputPath = inputPath
  }
}

/** No token, or one that the cloud does not accept. */
export class UnauthenticatedError extends DomainError {
  override readonly name = 'UnauthenticatedError'
  readonly code = 'UNAUTHENTICATED'
}

/** The cloud knows the caller and says no. */
export class ForbiddenError extends DomainError {
  override readonly name = 'ForbiddenError'
  readonly code = 'FORBIDDEN'
}

/** Public networks are the administrators': they cannot be renamed, deleted, joined or left. */
export class PublicNetworkError extends DomainError {
  override readonly name = 'PublicNetworkError'
  readonly code = 'PUBLIC_NETWORK'
  readonly networkId: string

  constructor(message: string, networkId: string, cause?: Cause) {
    super(message, cause)
    this.networkId = networkId
  }
}

export class NetworkNotFoundError extends DomainError {
  override readonly name = 'NetworkNotFoundError'
  readonly code = 'NETWORK_NOT_FOUND'
  readonly networkId: string

  constructor(networkId: string, cause?: Cause) {
    super(`There is no network ${networkId} for this token.`, cause)
    this.networkId = networkId
  }
}

export class ServerNotFoundError extends DomainError {
  override readonly name = 'ServerNotFoundError'
  readonly code = 'SERVER_NOT_FOUND'
  readonly serverId: string

  constructor(serverId: string, cause?: Cause) {
    super(`There is no server ${serverId} for this token.`, cause)
    this.serverId = serverId
  }
}

/** No nic bears that id now; `serverId` is the server that the id names, null when it names none. */
export class NicNotFoundError extends DomainError {
  override readonly name = 'NicNotFoundError'
  readonly code = 'NIC_NOT_FOUND'
  readonly nicId: string
  readonly serverId: string | null

  constructor(message: string, nicId: string, serverId: string | null, cause?: Cause) {
    super(message, cause)
    this.nicId = nicId
    this.serverId = serverId
  }
}

/** The id is borne by another nic than the caller expects; nothing was removed. */
export class NicMismatchError extends DomainError {
  override readonly name = 'NicMismatchError'
  readonly code = 'NIC_MISMATCH'
  readonly actual: Nic | null

  constructor(message: string, actual: Nic | null, cause?: Cause) {
    super(message, cause)
    this.actual = actual
  }
}

/** The network cannot be deleted while nics hang on it. */
export class NetworkInUseError extends DomainError {
  override readonly name = 'NetworkInUseError'
  readonly code = 'NETWORK_IN_USE'
  readonly networkId: string
  /** Empty when the cloud counts a nic that it does not show (one still being built), or when they could not be read. */
  readonly nics: readonly (Nic | NicRef)[]

  constructor(message: string, networkId: string, nics: readonly (Nic | NicRef)[], cause?: Cause) {
    super(message, cause)
    this.networkId = networkId
    this.nics = nics
  }

  /** With the nics named in the message. */
  static by(networkId: string, nics: readonly (Nic | NicRef)[], cause?: Cause): NetworkInUseError {
    const names = nics.map((nic) => nic.id).join(', ')
    return new NetworkInUseError(`Network ${networkId} still has nics on it: ${names}.`, networkId, nics, cause)
  }
}

/** The server has no nic on the network. */
export class NotConnectedError extends DomainError {
  override readonly name = 'NotConnectedError'
  readonly code = 'NOT_CONNECTED'
  readonly serverId: string
  readonly networkId: string

  constructor(serverId: string, networkId: string, cause?: Cause) {
    super(`Server ${serverId} is not connected to network ${networkId}.`, cause)
    this.serverId = serverId
    this.networkId = networkId
  }
}

/** A change of several steps that stopped after some of them. Its fault is that of the error that stopped it. */
export class PartlyDoneError extends DomainError {
  override readonly name = 'PartlyDoneError'
  readonly code = 'PARTLY_DONE'
  readonly networkId: string
  /** As they were when the change began. */
  readonly disconnected: readonly Nic[]
  /** Those that were to go and still stand, as far as the cloud has shown. */
  readonly remaining: readonly Nic[]
  /** Not called `cause`, which is every Error's own. */
  readonly stoppedBy: DomainError

  constructor(networkId: string, disconnected: readonly Nic[], remaining: readonly Nic[], stoppedBy: DomainError) {
    const names = (nics: readonly Nic[]) => nics.map((nic) => nic.id).join(', ') || 'none'
    super(
      `Removed from network ${networkId}: ${names(disconnected)}; still there: ${names(remaining)}. ${stoppedBy.message}`,
      { fault: stoppedBy.fault },
    )
    this.networkId = networkId
    this.disconnected = disconnected
    this.remaining = remaining
    this.stoppedBy = stoppedBy
  }
}

/** No address is left on the network. */
export class NetworkFullError extends DomainError {
  override readonly name = 'NetworkFullError'
  readonly code = 'NETWORK_FULL'
  readonly networkId: string

  constructor(networkId: string, cause?: Cause) {
    super(`Network ${networkId} has no free address left.`, cause)
    this.networkId = networkId
  }
}

export class QuotaExceededError extends DomainError {
  override readonly name = 'QuotaExceededError'
  readonly code = 'QUOTA_EXCEEDED'
}

export class RateLimitedError extends DomainError {
  override readonly name = 'RateLimitedError'
  readonly code = 'RATE_LIMITED'
  /** Null when the cloud did not say. */
  readonly retryAfterSeconds: number | null

  constructor(message: string, retryAfterSeconds: number | null, cause?: Cause) {
    super(message, cause)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Something else is being done to the same thing; the same request may pass in a moment. */
export class BusyError extends DomainError {
  override readonly name = 'BusyError'
  readonly code = 'BUSY'
  /** By then it is over at the latest. Null: nobody knows. */
  readonly retryAfterSeconds: number | null

  constructor(message: string, cause: Cause & { retryAfterSeconds?: number | null } = {}) {
    super(message, cause)
    this.retryAfterSeconds = cause.retryAfterSeconds ?? null
  }
}

/** An administrator has suspended the server: every change of it is refused. */
export class ServerSuspendedError extends DomainError {
  override readonly name = 'ServerSuspendedError'
  readonly code = 'SERVER_SUSPENDED'
  readonly serverId: string

  constructor(serverId: string, cause?: Cause) {
    super(`Server ${serverId} is suspended by an administrator and cannot be changed.`, cause)
    this.serverId = serverId
  }
}

/** The cloud did not answer, or not in a way that means anything. */
export class CloudUnavailableError extends DomainError {
  override readonly name = 'CloudUnavailableError'
  readonly code = 'CLOUD_UNAVAILABLE'
  /** For a read always NOT_APPLIED. */
  readonly outcome: MutationOutcome
  /** Null when the cloud did not say. */
  readonly retryAfterSeconds: number | null
  /** Of a create whose outcome is unknown: networks that fit, one of which may be the new one. Null: nobody has looked. */
  readonly candidates: readonly Network[] | null

  constructor(
    message: string,
    outcome: MutationOutcome,
    cause: Cause & { retryAfterSeconds?: number | null; candidates?: readonly Network[] | null } = {},
  ) {
    super(message, cause)
    this.outcome = outcome
    this.retryAfterSeconds = cause.retryAfterSeconds ?? null
    this.candidates = cause.candidates ?? null
  }

  /** The same, with the networks that may be what was to be made, named in the message. */
  withCandidates(candidates: readonly Network[]): CloudUnavailableError {
    const { fault, cause, retryAfterSeconds } = this
    const ids = candidates.map(({ id }) => id).join(', ')
    const seen = ids ? `The network may be one of these: ${ids}.` : 'No such network is shown now; it may still come.'
    const message = `${this.message} ${seen}`
    return new CloudUnavailableError(message, this.outcome, { fault, cause, retryAfterSeconds, candidates })
  }
}

/** Every meaning there is. */
export const domainErrors = [
  InvalidInputError,
  UnauthenticatedError,
  ForbiddenError,
  PublicNetworkError,
  NetworkNotFoundError,
  ServerNotFoundError,
  NicNotFoundError,
  NicMismatchError,
  NotConnectedError,
  PartlyDoneError,
  NetworkInUseError,
  NetworkFullError,
  QuotaExceededError,
  RateLimitedError,
  BusyError,
  ServerSuspendedError,
  CloudUnavailableError,
] as const

export type KnownError = InstanceType<(typeof domainErrors)[number]>
export type ErrorCode = KnownError['code']
