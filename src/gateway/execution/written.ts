import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ExecutionResult } from 'graphql'

/**
 * An answer with its text, as bytes: yoga takes what `stringify` gives for the body. Bytes, because of a text it would count
 * the length and Node encode it, each of which costs as much again.
 */
export interface WrittenResult extends ExecutionResult {
  stringify(): Uint8Array
}

/** Items of a list that are written in one turn: some milliseconds. */
const ITEMS_A_TURN = 500

export function bytesOf({ data, extensions }: ExecutionResult): Uint8Array {
  return Buffer.from(JSON.stringify({ data, extensions }))
}

/** The same, written in turns with others': JSON.stringify of ten megabytes would keep them waiting. */
export async function bytesInTurns(
  { data, extensions }: ExecutionResult,
  itemsATurn = ITEMS_A_TURN,
): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  const put = (text: string) => chunks.push(Buffer.from(text))
  async function write(value: unknown): Promise<void> {
    if (Array.isArray(value) && value.length > itemsATurn) {
      for (let at = 0; at < value.length; at += itemsATurn) {
        await nextTurn()
        put((at === 0 ? '[' : ',') + JSON.stringify(value.slice(at, at + itemsATurn)).slice(1, -1))
      }
      put(']')
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      let before = '{'
      for (const [key, below] of Object.entries(value)) {
        if (below === undefined) continue
        put(`${before}${JSON.stringify(key)}:`)
        await write(below)
        before = ','
      }
      put(before === '{' ? '{}' : '}')
    } else put(JSON.stringify(value))
  }
  await write({ data, extensions })
  return Buffer.concat(chunks)
}

/** Written when yoga asks for it, after what plugins may have changed. */
export function toBeWritten(data: Record<string, unknown> | null): WrittenResult {
  const result: WrittenResult = { data, stringify: () => bytesOf(result) }
  return result
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
