/** What Cyclades tells of a server's health: pictures of its load, and the messages of its deployment. */
import { type Answer, type Call, ok } from './call.ts'
import { findServer } from './servers.ts'

/** The pictures' addresses lead nowhere here. */
export function getStats(call: Call): Answer {
  const { id } = findServer(call)
  const url = (picture: string) => `${call.links.root}/stats/${picture}/${id}`
  return ok({
    stats: {
      serverRef: id,
      refresh: 60,
      cpuBar: url('cpu-bar'),
      cpuTimeSeries: url('cpu-ts'),
      netBar: url('net-bar'),
      netTimeSeries: url('net-ts'),
    },
  })
}

/** A bare array, newest first. */
export function listDiagnostics(call: Call): Answer {
  return ok(findServer(call).diagnostics)
}
