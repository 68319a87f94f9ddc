/** Jobs on a server: one queue each, and every event of a job moves the server's `updated` (Cyclades REST 4). */
import type { World } from './call.ts'
import type { Db, ServerRow } from './db.ts'
import { serviceUnavailable } from './faults.ts'
import type { JobKind } from './jobs.ts'
import { canReadNics, refreshNics } from './nics.ts'

export interface ServerJob {
  kind: JobKind
  begin?: () => void
  /** What it does to the hypervisor. False: the job ends in error. */
  run?: () => boolean
  /** What its last event changes in the database, besides the nics. */
  end?: () => void
  fail?: () => void
}

/** Jobs whose success reports the nics of the server (Cyclades REST 5.2). */
const REPORTING_NICS: ReadonlySet<JobKind> = new Set(['create', 'connect', 'disconnect', 'start', 'firewall'])

export function submitServerJob({ db, jobs }: World, server: ServerRow, job: ServerJob): void {
  const fail = () => {
    db.touch(server)
    job.fail?.()
  }
  jobs.submit({
    kind: job.kind,
    queue: `server-${server.id}`,
    begin: () => {
      db.touch(server)
      job.begin?.()
    },
    end: () => {
      if (hasInstance(server) && job.run?.() !== false) succeed(db, server, job)
      else fail()
    },
    fail,
  })
}

/** An event that cannot be read is undone with all that it brought, so `updated` stands still too. */
function succeed(db: Db, server: ServerRow, { kind, end }: ServerJob): void {
  const reportsNics = REPORTING_NICS.has(kind)
  if (reportsNics && !canReadNics(db, server)) return
  db.touch(server)
  end?.()
  if (reportsNics) refreshNics(db, server)
}

/** Jobs for a deleted server, or one whose making failed, are accepted and then fail without a word. */
const hasInstance = ({ status }: ServerRow): boolean => status !== 'DELETED' && status !== 'ERROR'

/** The message is empty in Synnefo too. */
export function checkBackend(server: ServerRow): void {
  if (!server.backendOnline) throw serviceUnavailable('')
}
