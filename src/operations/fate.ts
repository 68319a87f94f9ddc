import { CloudUnavailableError, DomainError, NetworkNotFoundError, ServerNotFoundError } from '../cloud/errors.ts'

/** That the change was sent and not answered: it may be made, or be made yet. */
export const isUnknown = (error: unknown): error is CloudUnavailableError =>
  error instanceof CloudUnavailableError && error.outcome === 'UNKNOWN'

interface Change<Result> {
  readonly write: () => Promise<Result>
  /** Reads what the change would have left behind; null when the cloud does not show it. */
  readonly find: () => Promise<{ readonly result: Result } | null>
}

/**
 * Sends a change, once. When it was sent and not answered, nobody knows whether the cloud carried it out: then the cloud
 * is read once. If it shows the change, that is the success. If not, the outcome stays UNKNOWN: the request may still be on its
 * way, or the cloud may be working on it long after the gateway has stopped waiting. Any other refusal is thrown as it is.
 */
export async function send<Result>({ write, find }: Change<Result>): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    if (!isUnknown(error)) throw error
    const found = await find().catch(() => null)
    if (found === null) throw error
    return found.result
  }
}

/**
 * Reads what an accepted change left behind. Whatever stands against the reading (an outage, a rate limit, a token that has
 * just expired), the change was accepted all the same: that is told, and not that the change was refused. Errors that are told
 * as they are say that the thing has gone since, unless told otherwise.
 */
export async function readBack<Seen>(
  read: () => Promise<Seen>,
  isTold: (error: DomainError) => boolean = isGone,
): Promise<Seen> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof DomainError) || isTold(error)) throw error
    const message = `The cloud accepted the change, but could not be read afterwards: ${error.message}`
    throw new CloudUnavailableError(message, 'UNKNOWN', error)
  }
}

const isGone = (error: DomainError) => error instanceof NetworkNotFoundError || error instanceof ServerNotFoundError
