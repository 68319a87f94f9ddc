/** Jobs on a server: one queue each, and every event of a job moves the server's `updated` (Cyclades REST 4). */
import type { World } from './call.ts'
import type { ServerRow } from './db.ts'
import { serviceUnavailable } from './faults.ts'
import type { JobKind } from './jobs.ts'

export interface ServerJob {
  kind: JobKind
  begin?: () => void
  end: () => void
  fail?: () => void
}

export function submitServerJob({ db, jobs }: World, server: ServerRow, job: ServerJob): void {
  jobs.submit({
    kind: job.kind,
    queue: `server-${server.id}`,
    begin: () => {
      db.touch(server)
      job.begin?.()
    },
    end: () => {
      db.touch(server)
      if (hasInstance(server)) job.end()
      else job.fail?.()
    },
    fail: () => {
      db.touch(server)
      job.fail?.()
    },
  })
}

/** Jobs for a deleted server, or one whose making failed, are accepted and then fail without a word. */
const hasInstance = ({ status }: ServerRow): boolean => status !== 'DELETED' && status !== 'ERROR'

/** The message is empty in Synnefo too. */
export function checkBackend(server: ServerRow): void {
  if (!server.backendOnline) throw serviceUnavailable('')
}
