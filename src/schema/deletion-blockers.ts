import { BusyError, NetworkInUseError, PublicNetworkError } from '../cloud/errors.ts'
import type * as model from '../cloud/model.ts'
import type { Graph } from '../graph/graph.ts'
import { andThen, type MaybePromise } from '../graph/maybe.ts'
import type { OperationContext } from '../operations/context.ts'
import { builder } from './builder.ts'
import { asValue } from './errors.ts'
import { Network } from './network.ts'

type Blocker = PublicNetworkError | NetworkInUseError | BusyError

const DeletionBlocker = builder.unionType('DeletionBlocker', {
  description: 'A reason why a network cannot be deleted now: the error that deleteNetwork would answer with.',
  types: [PublicNetworkError, NetworkInUseError, BusyError],
  resolveType: ({ name }) => name,
})

/** All reasons, not only the first: a public network with nics on it has two. */
function deletionBlockers(
  network: model.Network,
  graph: Graph,
  { connects, caller }: Pick<OperationContext, 'connects' | 'caller'>,
): MaybePromise<Blocker[]> {
  return andThen(graph.nicNamesOf(network), (nics) => {
    const { id } = network
    const blockers: Blocker[] = []
    if (network.public) {
      blockers.push(new PublicNetworkError(`Network ${id} is public: only administrators can change it.`, id))
    }
    if (nics.length > 0) blockers.push(NetworkInUseError.by(id, nics))
    const nicsOf = (serverId: string) => nics.filter((nic) => nic.serverId === serverId).length
    for (const serverId of connects.pendingOn(id, caller, nicsOf)) {
      blockers.push(new BusyError(`Server ${serverId} is still being connected to network ${id}.`))
    }
    return blockers.map((blocker) => asValue(blocker))
  })
}

builder.objectField(Network, 'deletionBlockers', (t) =>
  t.field({
    type: [DeletionBlocker],
    nullable: { list: true, items: false },
    description:
      'Every reason why deleteNetwork would be refused now; empty when nothing stands in the way. ' +
      'A nic that another program, or another token, is connecting in this moment is not to be seen.',
    extensions: { reads: 'networks' },
    resolve: (network, _args, { graph, operation }) => deletionBlockers(network, graph, operation()),
  }),
)
