import { CloudUnavailableError, type MutationOutcome } from '../errors.ts'

/** Failures to connect. */
const neverReached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** An attempt took too long. */
export class TimedOut extends Error {}

/** The cloud cannot be reached, or breaks off, or says nothing that is an answer. */
export class NoAnswer extends CloudUnavailableError {
  /** False: the next attempt would end likewise. */
  readonly isPassing: boolean

  constructor(error: unknown, outcome: MutationOutcome, timeoutMs: number) {
    const code = errorCode(error)
    const isTooLarge = code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
    super(
      isTooLarge
        ? 'The cloud sent an answer larger than the gateway takes.'
        : error instanceof TimedOut
          ? `The cloud did not answer within ${Math.max(1, Math.round(timeoutMs / 100)) / 10} s.`
          : neverReached.has(code)
            ? `The cloud cannot be reached (${code}).`
            : `The connection to the cloud broke off (${code}).`,
      outcome,
      { cause: error },
    )
    this.isPassing = !isTooLarge
  }
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.name : errorCode(error.cause)
}
