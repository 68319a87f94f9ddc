import type { ExecutionResult } from 'graphql'

/**
 * An answer with its text, as bytes: yoga takes what `stringify` gives for the body. Bytes, because of a text it would count
 * the length and Node encode it, each of which costs as much again.
 */
export interface WrittenResult extends ExecutionResult {
  stringify(): Uint8Array
}

export function bytesOf({ data, extensions }: ExecutionResult): Uint8Array {
  return Buffer.from(JSON.stringify({ data, extensions }))
}

/** Written when yoga asks for it, after what plugins may have changed. */
export function toBeWritten(data: Record<string, unknown> | null): WrittenResult {
  const result: WrittenResult = { data, stringify: () => bytesOf(result) }
  return result
}

/** The data is there for whoever asks, made of its text again. */
export function written(bytes: Uint8Array): WrittenResult {
  return {
    get data() {
      return (JSON.parse(Buffer.from(bytes).toString()) as ExecutionResult).data ?? null
    },
    stringify: () => bytes,
  }
}
