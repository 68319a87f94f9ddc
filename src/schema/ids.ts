import type { IdSyntax } from '../cloud/cloud.ts'
import { InvalidInputError } from '../cloud/errors.ts'
import type { NicName } from '../operations/disconnect-nic.ts'

const kinds = ['Network', 'Server', 'Nic'] as const
export type NodeKind = (typeof kinds)[number]

/** The Relay global id, readable on purpose: people paste it. */
export const globalId = (kind: NodeKind, key: string) => `${kind}:${key}`

/** `4` and `Network:4` name the same network. Throws InvalidInputError for anything else. */
export function readNetworkId(text: string, ids: IdSyntax, path: readonly string[]): string {
  const id = withoutKind('Network', text)
  if (ids.isNetworkId(id)) return id
  throw notAnId(text, 'network', 'as "4" or "Network:4"', path)
}

/** `141` and `Server:141` name the same server. Throws InvalidInputError for anything else. */
export function readServerId(text: string, ids: IdSyntax, path: readonly string[]): string {
  const id = withoutKind('Server', text)
  if (ids.isServerId(id)) return id
  throw notAnId(text, 'server', 'as "141" or "Server:141"', path)
}

/** Most ids in a list. */
const MOST_IDS = 1000

/** Most statuses in a list: many times those that there are. */
const MOST_STATUSES = 100

/** Reads each, once. Null: there is no list. Throws InvalidInputError for the first that is none, and for too many. */
export function readIds(
  texts: readonly string[] | null | undefined,
  read: (text: string, ids: IdSyntax, path: readonly string[]) => string,
  ids: IdSyntax,
  path: readonly string[],
): ReadonlySet<string> | null {
  if (!texts) return null
  refuseLong(texts, MOST_IDS, path)
  return new Set(texts.map((text) => read(text, ids, path)))
}

/** The same of statuses. */
export function readStatuses<Status>(
  statuses: readonly Status[] | null | undefined,
  path: readonly string[],
): ReadonlySet<Status> | null {
  if (!statuses) return null
  refuseLong(statuses, MOST_STATUSES, path)
  return new Set(statuses)
}

function refuseLong(list: readonly unknown[], most: number, path: readonly string[]): void {
  if (list.length <= most) return
  throw new InvalidInputError(`${path.at(-1)} has ${list.length} items; at most ${most} are taken.`, path)
}

/** `nic-141-1` names what bears that id now, `Nic:<key>` one nic for its life. Throws InvalidInputError for anything else. */
export function readNicId(text: string, ids: IdSyntax, path: readonly string[]): NicName {
  if (ids.isNicId(text)) return { given: text, id: text }
  const key = withoutKind('Nic', text)
  if (key !== text && ids.isNicKey(key)) return { given: text, key: ids.canonicalNicKey(key) }
  throw notAnId(text, 'nic', 'as "nic-141-1" or by its global id', path)
}

/** A global id of any kind: what it names, and its id without the kind. Throws InvalidInputError for anything else. */
export function readGlobalId(text: string, ids: IdSyntax, path: readonly string[]): { kind: NodeKind; key: string } {
  for (const kind of kinds) {
    const key = withoutKind(kind, text)
    if (key === text) continue
    if (kind === 'Network' && ids.isNetworkId(key)) return { kind, key }
    if (kind === 'Server' && ids.isServerId(key)) return { kind, key }
    if (kind === 'Nic' && ids.isNicKey(key)) return { kind, key: ids.canonicalNicKey(key) }
  }
  throw notAnId(text, 'node', 'a global id such as "Network:4" or "Server:141"', path)
}

function withoutKind(kind: NodeKind, text: string): string {
  return text.startsWith(`${kind}:`) ? text.slice(kind.length + 1) : text
}

function notAnId(text: string, what: string, form: string, path: readonly string[]): InvalidInputError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text
  return new InvalidInputError(`${JSON.stringify(shown)} is not the id of a ${what}; give it ${form}.`, path)
}
