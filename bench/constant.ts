/**
 * The measure of the machine: a server that takes the same half millisecond for each request and leaves nothing behind.
 *
 *     tsx bench/constant.ts --bytes 100000
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'

const WORK_MS = 0.5

const { values: flags } = parseArgs({ options: { bytes: { type: 'string', default: '0' } } })
const content = Buffer.alloc(Number(flags.bytes), 'x')

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    for (const until = performance.now() + WORK_MS; performance.now() < until; );
    response.writeHead(200, { 'content-length': content.length })
    response.end(content)
  })
})
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => {
  console.log(`constant at http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`) // it listens at a port
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
