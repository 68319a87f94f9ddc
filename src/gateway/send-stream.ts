import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/**
 * Sends a response that is a stream, and ends the stream at its source as soon as its reader leaves. The sender of
 * `@whatwg-node/server` 0.11 ends it when the next piece comes, and never while the reader is slow.
 */
export async function sendStream(
  stream: ReadableStream<Uint8Array>,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  outgoing: ServerResponse,
  left: AbortSignal,
): Promise<void> {
  const pieces = stream[Symbol.asyncIterator]()
  left.addEventListener('abort', () => void pieces.return?.().catch(() => {}))
  // Those that every answer has stand already, such as Cache-Control. One that was set twice comes twice from the Headers of
  // `@whatwg-node/fetch` 0.12, and the later one counts.
  const standing = new Set(outgoing.getHeaderNames())
  for (const [name, value] of headers) if (!standing.has(name.toLowerCase())) outgoing.setHeader(name, value)
  outgoing.writeHead(status)
  for (;;) {
    const { done, value } = await pieces.next()
    if (done) break
    if (!outgoing.write(value)) await once(outgoing, 'drain', { signal: left })
  }
  outgoing.end()
}
