import type { TestGateway } from './gateway.ts'
import { ConnectServerDocument, CreateNetworkDocument, NicsOfDocument } from './generated/documents.ts'

/** Makes a private network and answers its cloud id. */
export async function createNetwork({ run }: TestGateway, name = 'net'): Promise<string> {
  const { data } = await run(CreateNetworkDocument, { input: { name } })
  const result = data?.createNetwork
  if (result?.__typename === 'CreateNetworkSuccess') return result.network.networkId
  throw new Error(`no network: ${result?.__typename}`)
}

/** Joins them, waits for the end and answers the new nic. */
export async function connect({ run }: TestGateway, serverId: string, networkId: string) {
  const { data } = await run(ConnectServerDocument, { input: { serverId, networkId } })
  const result = data?.connectServer
  if (result?.__typename === 'ConnectServerSuccess' && result.nic) return result.nic
  throw new Error(`not connected: ${JSON.stringify(result)}`)
}

/** The nics of a server, read through the gateway. */
export async function nicsOf({ run }: TestGateway, serverId: string) {
  const { data } = await run(NicsOfDocument, { serverId })
  return data?.server?.nics ?? []
}

/** Server 141 with a nic on three private networks of its own: nic-141-1, nic-141-2, nic-141-3. */
export async function threeNics(gateway: TestGateway) {
  const networkIds = [await createNetwork(gateway), await createNetwork(gateway), await createNetwork(gateway)] as const
  const nics = [
    await connect(gateway, '141', networkIds[0]),
    await connect(gateway, '141', networkIds[1]),
    await connect(gateway, '141', networkIds[2]),
  ] as const
  gateway.cloud.clearRequests()
  return { networkIds, nics }
}
