/** `POST /servers/<id>/action`. */
import { type Answer, accepted, type Call, ok } from './call.ts'
import type { ServerRow } from './db.ts'
import { badRequest, buildInProgress, serviceUnavailable } from './faults.ts'
import { checkOneEntry, isObject, type JsonObject, onlyEntry } from './json.ts'
import { randomPassword } from './random.ts'
import { checkBackend, submitServerJob } from './server-jobs.ts'
import { findServer, refuseSuspended } from './servers.ts'

type Action = (call: Call, server: ServerRow, args: JsonObject) => Answer

const ACTIONS: Readonly<Record<string, Action>> = { start, shutdown, reboot, console: openConsole, firewallProfile }

/** Known inside Synnefo, but without anything to handle them (Cyclades REST 2.3). */
const UNHANDLED = ['create', 'suspend', 'delete', 'destroy', 'stop']

const POSSIBLE_WHILE_BUILDING = ['console', 'firewallProfile']

export function serverAction(call: Call): Answer {
  const body = call.json()
  checkOneEntry(body, 'Malformed request')
  const server = findServer(call)
  if (server.status === 'DELETED') throw badRequest('Server has been deleted.')
  refuseSuspended(server)
  const [name, args] = onlyEntry(body)
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (!action && !UNHANDLED.includes(name)) throw serviceUnavailable(`Action ${name.toUpperCase()} not supported`)
  if (server.status === 'BUILD' && !POSSIBLE_WHILE_BUILDING.includes(name))
    throw buildInProgress('Server is being build.')
  if (!isObject(args)) throw badRequest('Invalid argument')
  if (!action) throw badRequest('Unknown action')
  return action(call, server, args)
}

/** On a running server a start changes nothing, yet it reports the nics anew. */
function start(call: Call, server: ServerRow, args: JsonObject): Answer {
  refuseArguments(args)
  return submit(call, server, 'start', {
    end: () => {
      server.status = 'ACTIVE'
    },
  })
}

function shutdown(call: Call, server: ServerRow, args: JsonObject): Answer {
  refuseArguments(args)
  return submit(call, server, 'shutdown', {
    end: () => {
      server.status = 'STOPPED'
    },
  })
}

function reboot(call: Call, server: ServerRow, args: JsonObject): Answer {
  if (args.type !== 'SOFT' && args.type !== 'HARD') throw badRequest('Malformed Request.')
  const setRebooting = (rebooting: boolean) => () => {
    server.rebooting = rebooting
  }
  return submit(call, server, 'reboot', {
    begin: setRebooting(true),
    end: setRebooting(false),
    fail: setRebooting(false),
  })
}

/** Carries no nic: it sets a tag on the server that shows on whatever nic is at index 0 (3.6). */
function firewallProfile(call: Call, server: ServerRow, args: JsonObject): Answer {
  const profile = args.profile
  if (profile !== 'ENABLED' && profile !== 'DISABLED' && profile !== 'PROTECTED')
    throw badRequest('Unsupported firewall profile')
  checkBackend(server)
  submitServerJob(call, server, {
    kind: 'firewall',
    run: () => {
      server.firewallTag = profile
      return true
    },
  })
  return accepted
}

/** The only synchronous action. Nothing listens at the address that it names. */
function openConsole({ db }: Call, server: ServerRow, args: JsonObject): Answer {
  if (args.type !== 'vnc') throw badRequest('Type can only be "vnc".')
  if (server.status !== 'ACTIVE') throw badRequest('Server not in ACTIVE state.')
  checkBackend(server)
  const port = 24_000 + (server.id % 1000)
  return ok({ console: { type: 'vnc', host: '127.0.0.1', port, password: randomPassword(db.random) } })
}

function refuseArguments(args: JsonObject): void {
  if (Object.keys(args).length > 0) throw badRequest('Malformed Request.')
}

interface Course {
  begin?: () => void
  end: () => void
  fail?: () => void
}

/** For the actions whose acceptance moves `updated`. */
function submit(call: Call, server: ServerRow, kind: 'start' | 'shutdown' | 'reboot', course: Course): Answer {
  checkBackend(server)
  call.db.touch(server)
  submitServerJob(call, server, { kind, ...course })
  return accepted
}
