import { request } from 'undici'

interface Asked {
  readonly url: string
}

/** What is asked of a gateway without its own helper: the answer's status, headers and body. */
export async function http({ url }: Asked, path: string, options: Parameters<typeof request>[1] = {}) {
  const { statusCode: status, headers, body } = await request(url + path, options)
  return { status, headers, text: await body.text() }
}

/** As a client of GraphQL over HTTP, for which errors have statuses. */
export async function post(gateway: Asked, body: unknown, headers: Record<string, string> = {}) {
  const { text, ...answer } = await http(gateway, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(body),
  })
  return { ...answer, body: JSON.parse(text) as Answer }
}

export interface Answer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[]
}

/** Its status, and the code and message of each error. */
export async function refusalOf(gateway: Asked, body: unknown, headers: Record<string, string> = {}) {
  const answer = await post(gateway, body, headers)
  return [answer.status, ...(answer.body.errors ?? []).map(({ extensions, message }) => [extensions?.code, message])]
}

export const inUrl = (text: string) => `/graphql?query=${encodeURIComponent(text)}`
