import type { ExecutionResult } from 'graphql'
import { inPieces } from './pieces.ts'
import { type EventLoop, eventLoop } from './turns.ts'

/**
 * An answer with its text, as bytes: yoga takes what `stringify` gives for the body. Bytes, because of a text it would count
 * the length and Node encode it, each of which costs as much again. It is given the result as it may be told.
 */
export interface WrittenResult extends ExecutionResult {
  stringify(told?: ExecutionResult): Uint8Array
}

/** Some milliseconds' work. */
const MANY_STEPS = 20_000

/** Whether an answer that took so many steps is better written in turns with other requests. */
export const isLong = (steps: number): boolean => steps >= MANY_STEPS

export function bytesOf({ errors, data, extensions }: ExecutionResult): Uint8Array {
  return Buffer.from(JSON.stringify({ errors, data, extensions }))
}

/** Written when yoga asks for it, after what plugins may have changed. */
export function toBeWritten(data: Record<string, unknown> | null): WrittenResult {
  const result: WrittenResult = { data, stringify: () => bytesOf(result) }
  return result
}

/** The same, its data written already, in turns with others': JSON.stringify of ten megabytes would keep them waiting. */
export async function writtenInTurns(result: ExecutionResult, loop = eventLoop): Promise<WrittenResult> {
  const bytes = await bytesInTurns(result.data, loop)
  if (!result.errors) return written(Buffer.concat([Buffer.from('{"data":'), bytes, Buffer.from('}')]))
  return { ...result, stringify: (told = result) => withData(told, bytes) }
}

/** JSON of the value, made in turns with others'. */
async function bytesInTurns(value: unknown, loop: EventLoop): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for (const text of inPieces(value)) {
    chunks.push(Buffer.from(text))
    while (loop.isOver()) await loop.next()
  }
  return Buffer.concat(chunks)
}

/** The data is there for whoever asks, made of its text again; so is all of it when a plugin adds extensions. */
export function written(bytes: Uint8Array): WrittenResult {
  const result: WrittenResult = {
    get data() {
      return (JSON.parse(Buffer.from(bytes).toString()) as ExecutionResult).data ?? null
    },
    stringify: () => (result.extensions ? bytesOf(result) : bytes),
  }
  return result
}

/** JSON of the result, but for its data, which is there. */
function withData({ errors, extensions }: ExecutionResult, data: Uint8Array): Uint8Array {
  const before = `{"errors":${JSON.stringify(errors)},"data":`
  const after = extensions === undefined ? '}' : `,"extensions":${JSON.stringify(extensions)}}`
  return Buffer.concat([Buffer.from(before), data, Buffer.from(after)])
}
