/**
 * A connection of the load generator's. It reads into one buffer again and again: a client that is given each piece in memory of its
 * own (undici, node:http) collects a hundred megabytes a second of it, in stops of 5 to 20 ms, and they would be the p99 that is
 * measured.
 */
import { connect, type Socket } from 'node:net'

const BUFFER_BYTES = 256 * 1024
const NOTHING = Buffer.alloc(0)
const END_OF_HEAD = '\r\n\r\n'

interface Waiting {
  resolve(bytes: number): void
  reject(error: Error): void
}

export class LoadSocket {
  readonly #socket: Socket
  #waiting: Waiting | null = null
  /** What has come of it; null: all of it. */
  #head: Buffer | null = NOTHING
  #length = 0
  #left = 0

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    const onread = {
      buffer: Buffer.allocUnsafe(BUFFER_BYTES),
      callback: (read: number, buffer: Uint8Array) => this.#read(buffer.subarray(0, read) as Buffer), // its own buffer, above
    }
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread })
    this.#socket.on('error', (error) => this.#end((waiting) => waiting.reject(error)))
    this.#socket.on('close', () => this.#end((waiting) => waiting.reject(new Error('The connection was closed.'))))
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed
  }

  /** How many bytes the answer's body has. Throws for a status other than 200, and for an answer of unknown length. */
  ask(request: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#head = NOTHING
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(piece: Buffer): boolean {
    if (this.#head === null) this.#left -= piece.length
    else this.#readHead(this.#head, piece)
    if (this.#head === null && this.#left === 0) this.#end((waiting) => waiting.resolve(this.#length))
    return true
  }

  #readHead(before: Buffer, piece: Buffer): void {
    const all = before.length === 0 ? piece : Buffer.concat([before, piece])
    const end = all.indexOf(END_OF_HEAD)
    if (end === -1) {
      this.#head = Buffer.from(all)
      return
    }
    const head = all.toString('latin1', 0, end)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) {
      this.#end((waiting) => waiting.reject(new Error(`Not an answer to count: ${all.toString('latin1', 0, 500)}`)))
      return
    }
    this.#head = null
    this.#length = Number(length)
    this.#left = this.#length - (all.length - end - END_OF_HEAD.length)
  }

  #end(tell: (waiting: Waiting) => void): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) tell(waiting)
  }
}
