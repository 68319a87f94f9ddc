import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import { setTimeout as sleepFor } from 'node:timers/promises'

/** How a gateway ends: nobody new is let in, whoever is in is answered, as long as the grace lasts. */
export class Ending {
  readonly #began = new AbortController()

  /** Fires when it begins: what waits or streams shall come to its end. */
  get signal(): AbortSignal {
    return this.#began.signal
  }

  /** The same listener, which closes each connection behind its answer once the end has begun. */
  closing(server: () => Server, listener: RequestListener): RequestListener {
    return (incoming, outgoing) => {
      if (this.signal.aborted) outgoing.setHeader('connection', 'close')
      outgoing.once('close', () => {
        // The connection counts as idle only after this.
        if (this.signal.aborted) setImmediate(() => server().closeIdleConnections())
      })
      listener(incoming, outgoing)
    }
  }

  /** When all have been answered, or have been cut off after the grace. */
  async begin(server: Server, graceMs: number): Promise<void> {
    const closed = server.listening ? once(server, 'close') : Promise.resolve()
    server.close() // idle connections too
    this.#began.abort()
    const late = new AbortController()
    await Promise.race([closed, sleepFor(graceMs, undefined, { signal: late.signal }).catch(() => {})])
    late.abort()
    server.closeAllConnections()
    await closed
  }
}
