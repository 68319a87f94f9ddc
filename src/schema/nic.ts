import { NicNotFoundError } from '../cloud/errors.ts'
import type * as model from '../cloud/model.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import { builder } from './builder.ts'
import type { SchemaContext } from './context.ts'
import { FirewallProfile } from './enums.ts'
import { globalId, readNicId } from './ids.ts'
import { needsBelow, selectsIdsOnly } from './look-ahead.ts'
import { Network } from './network.ts'
import { Server } from './server.ts'

/**
 * Whole, or as much as its name tells: a network knows its nics by name only, and reading their servers is for those who
 * select something that only the servers hold.
 */
export type NicValue = model.Nic | model.NicRef

export const Nic = builder.objectRef<NicValue>('Nic')

/** A field that only the server holds. */
const ofServer = { extensions: { reads: 'servers' } } as const

/** Resolves what the whole nic says; the server is read where only the name is known. */
function whole<Value>(pick: (nic: model.Nic) => Value) {
  return (nic: NicValue, _args: object, { graph }: SchemaContext): MaybePromise<Value> => {
    if ('key' in nic) return pick(nic)
    return andThen(graph.nicById(nic.id), (found) => {
      if (found) return pick(found)
      throw new NicNotFoundError(`Nic ${nic.id} went away between two reads.`, nic.id, nic.serverId)
    })
  }
}

Nic.implement({
  description: 'A network interface: joins one server to one network.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'Global id. Stable while the nic lives, whatever the cloud renames it to.',
      resolve: whole(({ key }) => globalId('Nic', key)),
      ...ofServer,
    }),
    nicId: t.exposeID('id', {
      description:
        "The cloud's current name for it: nic-<server id>-<index>. Changes when an earlier nic of the server is removed.",
    }),
    index: t.exposeInt('index', {
      description: "Position in the server's list of nics, from 0. Changes with `nicId`.",
    }),
    macAddress: t.string({
      nullable: true,
      description: 'Lower case, six pairs with colons. Null where the cloud gives none.',
      resolve: whole(({ macAddress }) => macAddress),
      ...ofServer,
    }),
    ipv4: t.string({
      nullable: true,
      description: 'Its address. Null on a network without DHCP.',
      resolve: whole(({ ipv4 }) => ipv4),
      ...ofServer,
    }),
    ipv6: t.string({
      nullable: true,
      description: 'Its address. Null on a network without an IPv6 range.',
      resolve: whole(({ ipv6 }) => ipv6),
      ...ofServer,
    }),
    firewallProfile: t.field({
      type: FirewallProfile,
      nullable: true,
      description: 'Null on private networks, which have no firewall.',
      resolve: whole(({ firewallProfile }) => firewallProfile),
      ...ofServer,
    }),
    network: t.field({
      type: Network,
      nullable: true,
      description:
        'Where it leads. Null when the network went away since the nic was read, or, with an entry in errors[], could not be read.',
      resolve: ({ networkId }, _args, { graph }, info) =>
        // Safe: nothing else of the network is selected.
        selectsIdsOnly(info) ? ({ id: networkId } as model.Network) : graph.networks.one(networkId),
    }),
    server: t.field({
      type: Server,
      nullable: true,
      description:
        'Whose it is. Null when the server went away since the nic was read, or, with an entry in errors[], could not be read.',
      resolve: ({ serverId }, _args, { graph }, info) =>
        // Safe: nothing else of the server is selected.
        selectsIdsOnly(info) ? ({ id: serverId } as model.Server) : graph.servers.one(serverId),
    }),
  }),
})

builder.queryField('nic', (t) =>
  t.field({
    type: Nic,
    nullable: true,
    description:
      'One nic, by current cloud id (nic-141-1) or by stable global id. Null when no nic bears that id now. ' +
      'An id of another kind or form is INVALID_INPUT.',
    args: {
      id: t.arg.id({
        required: true,
        description: 'Cloud id (whatever bears it now) or global id (one nic for its life).',
      }),
    },
    extensions: { calls: 1 },
    resolve: (_root, { id }, { graph, ids }, info) => {
      const name = readNicId(id, ids, ['id'])
      return andThen(graph.readForOne(needsBelow(info)), () =>
        'key' in name ? graph.nicByKey(name.key) : graph.nicById(name.id),
      )
    },
  }),
)
