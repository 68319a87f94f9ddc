import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Of each connection: what to call when it closes, for each request on it that is not over yet. */
const openOn = new WeakMap<Socket, Set<() => void>>()

/**
 * Calls `over` once: when the answer has gone out, or can no longer, because its connection has closed. Of the requests that are
 * pipelined on a connection, Node 22 tells only the one whose turn it is to be answered (Node 24.21 tells all).
 */
export function whenOver({ socket }: IncomingMessage, outgoing: ServerResponse, over: () => void): void {
  const open = openOn.get(socket) ?? watched(socket)
  const end = () => {
    if (open.delete(end)) over()
  }
  open.add(end)
  outgoing.once('close', end)
  if (socket.destroyed) end()
}

function watched(socket: Socket): Set<() => void> {
  const open = new Set<() => void>()
  openOn.set(socket, open)
  socket.once('close', () => {
    for (const end of open) end()
  })
  return open
}
