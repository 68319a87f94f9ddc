import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Of each connection: what to call when its client has gone, for each request on it that is not over yet. */
const openOn = new WeakMap<Socket, Map<() => void, ServerResponse>>()

/**
 * Calls `over` once: when the answer has gone out, or can no longer, because its connection has closed or its client has ended it:
 * Node ends its own side then, too, unless told otherwise. Of the requests that are pipelined on a connection, Node 22 tells only the
 * one whose turn it is to be answered (Node 24.21 tells all).
 */
export function whenOver({ socket }: IncomingMessage, outgoing: ServerResponse, over: () => void): void {
  const open = openOn.get(socket) ?? watched(socket)
  const end = () => {
    if (open.delete(end)) over()
  }
  open.set(end, outgoing)
  outgoing.once('close', end)
  if (socket.destroyed || socket.readableEnded) end()
}

function watched(socket: Socket): Map<() => void, ServerResponse> {
  const open = new Map<() => void, ServerResponse>()
  openOn.set(socket, open)
  const gone = () => {
    for (const end of open.keys()) end()
  }
  socket.once('end', gone)
  socket.once('close', gone)
  return open
}

/** Whether something that is not an answer's would come in the middle of one, or in front of it. */
export function isBeingAnswered(socket: Socket): boolean {
  const open = [...(openOn.get(socket)?.values() ?? [])]
  return open.length > 1 || open.some(({ headersSent }) => headersSent)
}
