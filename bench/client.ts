/** One request at a time, for answers that are looked at. Load comes from load.ts. */
import { Pool } from 'undici'

/** A GraphQL endpoint that is measured. */
export class Endpoint {
  readonly #pool: Pool
  readonly #path: string

  /** More in flight than there are connections wait here, which counts as latency. */
  constructor(url: string, connections = 256) {
    const { origin, pathname } = new URL(url)
    this.#pool = new Pool(origin, { connections })
    this.#path = pathname
  }

  /** The bytes of the answer. Throws for a status other than 200. Without a token, none is sent. */
  async ask(query: string, token: string | null): Promise<Uint8Array> {
    const { statusCode, body } = await this.#pool.request(this.#question(query, token))
    const bytes = await body.bytes()
    if (statusCode !== 200) throw new Error(`Status ${statusCode}: ${Buffer.from(bytes).toString().slice(0, 300)}`)
    return bytes
  }

  /** How many bytes the answer has, which are counted as they come. */
  count(query: string, token: string): Promise<number> {
    return new Promise((resolve, reject) => {
      let bytes = 0
      this.#pool.dispatch(this.#question(query, token), {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) reject(new Error(`Status ${status}`))
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length
        },
        onResponseEnd: () => resolve(bytes),
        onResponseError: (_controller, error) => reject(error),
      })
    })
  }

  #question(query: string, token: string | null) {
    return {
      method: 'POST',
      path: this.#path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token === null ? {} : { 'x-auth-token': token }),
      },
      body: JSON.stringify({ query }),
    } as const
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}
