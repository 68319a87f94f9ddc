import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type FormattedExecutionResult, print } from 'graphql'
import { request } from 'undici'

export interface EventStream<Data> extends AsyncDisposable {
  /** Waits for the next event; null when the stream has ended as it should. Rejects when it broke off. */
  next(): Promise<FormattedExecutionResult<Data> | null>
  /** The data of the next `count` events, none of which may be an error. */
  take(count: number): Promise<Data[]>
  /** Goes away, as a browser does when its page is closed. */
  close(): void
}

/** Subscribes over server-sent events. When it resolves the gateway has answered, so the subscription stands. */
export async function openEvents<Data, Variables>(
  { url }: { readonly url: string },
  document: TypedDocumentNode<Data, Variables> | string,
  {
    variables,
    headers = {},
    signal,
  }: { variables?: Variables; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<EventStream<Data>> {
  const leave = new AbortController()
  const query = typeof document === 'string' ? document : print(document)
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: signal ? AbortSignal.any([signal, leave.signal]) : leave.signal,
    bodyTimeout: 0,
  })
  body.on('error', () => {}) // told to whoever asks for the next event
  const results = read<FormattedExecutionResult<Data>>(body)
  const next = async () => (await results.next()).value ?? null
  const close = () => leave.abort()
  return {
    next,
    close,
    take: async (count) => {
      const all: Data[] = []
      while (all.length < count) {
        const result = await next()
        if (!result?.data || result.errors) throw new Error(`no event: ${JSON.stringify(result)}`)
        all.push(result.data)
      }
      return all
    },
    [Symbol.asyncDispose]: async () => close(),
  }
}

/** The events named `next`, until the one named `complete`; comments are skipped. */
async function* read<Result>(body: AsyncIterable<Uint8Array>): AsyncGenerator<Result, undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim()
      if (field('event') === 'complete') return
      if (field('event') === 'next') yield JSON.parse(field('data') ?? '')
    }
  }
  throw new Error('the stream ended without saying so')
}
