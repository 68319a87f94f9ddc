import { isDeepStrictEqual } from 'node:util'
import { compareIds, type Network, type Nic, type Server } from '../cloud/model.ts'

/** A caller's whole graph at one moment. */
export interface Snapshot {
  readonly networks: ReadonlyMap<string, Network>
  readonly servers: ReadonlyMap<string, Server>
}

/** One difference between two moments; `kind` is the name of its GraphQL type. */
export type Difference =
  | { readonly kind: 'NetworkCreated'; readonly network: Network }
  | { readonly kind: 'NetworkUpdated'; readonly network: Network }
  | { readonly kind: 'NetworkDeleted'; readonly networkId: string }
  | { readonly kind: 'ServerCreated'; readonly server: Server }
  | { readonly kind: 'ServerUpdated'; readonly server: Server }
  | { readonly kind: 'ServerDeleted'; readonly serverId: string }
  | { readonly kind: 'NicConnected'; readonly nic: Nic }
  | { readonly kind: 'NicDisconnected'; readonly nic: Nic }
  | { readonly kind: 'NicRenamed'; readonly from: string; readonly to: string; readonly nic: Nic }

/**
 * What has changed from one moment to a later one, in an order in which every step makes sense: what is new comes before the
 * nics on it, a nic goes before its network or server does, and names are freed before they are taken.
 */
export function differences(before: Snapshot, after: Snapshot): Difference[] {
  const networks = compare(before.networks, after.networks, sameNetwork)
  const servers = compare(before.servers, after.servers, sameServer)
  const nics = compare(nicsByKey(before), nicsByKey(after), () => true)
  const renamed = nics.kept.filter(([old, nic]) => old.id !== nic.id)
  return [
    ...networks.added.map((network) => ({ kind: 'NetworkCreated' as const, network })),
    ...servers.added.map((server) => ({ kind: 'ServerCreated' as const, server })),
    ...nics.removed.map((nic) => ({ kind: 'NicDisconnected' as const, nic })),
    ...renamed.map(([old, nic]) => ({ kind: 'NicRenamed' as const, from: old.id, to: nic.id, nic })),
    ...nics.added.map((nic) => ({ kind: 'NicConnected' as const, nic })),
    ...networks.changed.map((network) => ({ kind: 'NetworkUpdated' as const, network })),
    ...servers.changed.map((server) => ({ kind: 'ServerUpdated' as const, server })),
    ...networks.removed.map(({ id }) => ({ kind: 'NetworkDeleted' as const, networkId: id })),
    ...servers.removed.map(({ id }) => ({ kind: 'ServerDeleted' as const, serverId: id })),
  ]
}

function compare<Thing extends { readonly id: string }>(
  before: ReadonlyMap<string, Thing>,
  after: ReadonlyMap<string, Thing>,
  same: (a: Thing, b: Thing) => boolean,
) {
  const byId = (a: Thing, b: Thing) => compareIds(a.id, b.id)
  const kept = [...after].flatMap(([key, thing]) => {
    const old = before.get(key)
    return old ? [[old, thing] as const] : []
  })
  return {
    added: [...after]
      .filter(([key]) => !before.has(key))
      .map(([, thing]) => thing)
      .sort(byId),
    removed: [...before]
      .filter(([key]) => !after.has(key))
      .map(([, thing]) => thing)
      .sort(byId),
    kept,
    changed: kept
      .filter(([old, thing]) => old !== thing && !same(old, thing))
      .map(([, thing]) => thing)
      .sort(byId),
  }
}

function nicsByKey({ servers }: Snapshot): Map<string, Nic> {
  return new Map([...servers.values()].flatMap(({ nics }) => nics.map((nic) => [nic.key, nic] as const)))
}

/** In Cyclades `updatedAt` of a public network moves with every nic of any user, so it tells nothing (Cyclades REST 4). */
function sameNetwork(
  { updatedAt: _a, nicRefs: _b, ...a }: Network,
  { updatedAt: _c, nicRefs: _d, ...b }: Network,
): boolean {
  return isDeepStrictEqual(a, b)
}

/** Nics that come, go or are renamed have events of their own; what else changes of one is told as its server's. */
function sameServer({ updatedAt: _a, nics, ...a }: Server, { updatedAt: _b, nics: now, ...b }: Server): boolean {
  if (!isDeepStrictEqual(a, b)) return false
  const before = new Map(nics.map((nic) => [nic.key, nic]))
  return now.every(({ id: _id, index: _index, ...nic }) => {
    const old = before.get(nic.key)
    return !old || isDeepStrictEqual(nic, (({ id: _oldId, index: _oldIndex, ...rest }) => rest)(old))
  })
}
