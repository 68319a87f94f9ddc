import type { ServerResponse } from 'node:http'
import { bodyOf, headersFor, reasonOf } from './answers.ts'
import type { Answer } from './call.ts'
import type { Failure } from './failures.ts'

const CHUNK = Buffer.alloc(2 ** 16, ' ')

/** Does what the failure says; `own` is what the operation would have answered, where the failure is about that. */
export function misbehave(response: ServerResponse, failure: Failure, own: Answer | null): void {
  switch (failure.kind) {
    case 'answer': {
      const { status, body, headers } = failure
      response.writeHead(status, reasonOf(status), { 'Content-Length': Buffer.byteLength(body), ...headers }).end(body)
      return
    }
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'cut':
      if (own) {
        const body = begin(response, own)
        response.write(body.subarray(0, body.length / 2), () => response.destroy())
      }
      return
    case 'drip':
      if (own) drip(response, begin(response, own), failure.bytesPerSecond)
      return
    case 'flood':
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.write('{"networks": [')
      flood(response, failure.bytes)
  }
}

function begin(response: ServerResponse, own: Answer): Buffer {
  const body = bodyOf(own)
  response.writeHead(own.status, reasonOf(own.status), headersFor(body))
  return body
}

/** One byte after the other, for as long as somebody reads. */
function drip(response: ServerResponse, body: Buffer, bytesPerSecond: number): void {
  let at = 0
  const timer = setInterval(() => {
    response.write(body.subarray(at, ++at))
    if (at >= body.length) response.end()
  }, 1000 / bytesPerSecond).unref()
  response.once('close', () => clearInterval(timer))
}

/** As fast as they are taken. */
function flood(response: ServerResponse, left: number): void {
  if (response.destroyed) return
  if (left <= 0) {
    response.end(']}')
    return
  }
  response.write(CHUNK, () => flood(response, left - CHUNK.length))
}
