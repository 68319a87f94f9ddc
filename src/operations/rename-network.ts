import { CloudUnavailableError } from '../cloud/errors.ts'
import type { Network } from '../cloud/model.ts'
import type { OperationContext } from './context.ts'
import { readBack, send } from './fate.ts'
import { checkName } from './network-name.ts'

/** The cloud judges whether it may be renamed; a rename is immediate. */
export async function renameNetwork(
  { cloud, graph }: OperationContext,
  networkId: string,
  name: string,
): Promise<Network> {
  checkName(name)
  const found = await send<Network | 'renamed'>({
    write: async () => {
      await cloud.renameNetwork(networkId, name)
      return 'renamed'
    },
    find: async () => {
      const network = await cloud.network(networkId)
      return network.name === name ? { result: network } : null
    },
  })
  const network = found === 'renamed' ? await readBack(() => cloud.network(networkId)) : found
  if (network.name !== name) {
    const message = `The cloud accepted the new name, and shows ${JSON.stringify(network.name)}.`
    throw new CloudUnavailableError(message, 'UNKNOWN')
  }
  graph.renew({ networks: [network] })
  return network
}
