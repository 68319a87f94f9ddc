/** The port, over Cyclades 0.14. Paths and bodies are those of Synnefo 0.14.10, api/networks.py and api/servers.py. */
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { breath } from '../breath.ts'
import type { Backend, Batch, Caller, Cloud, CloudInfo, Delta } from '../cloud.ts'
import {
  CloudUnavailableError,
  DomainError,
  InvalidInputError,
  NetworkNotFoundError,
  ServerNotFoundError,
} from '../errors.ts'
import type { FirewallProfile, Network, NetworkSpec, Nic, NicsNow, Server } from '../model.ts'
import type { Shaped } from './answer.ts'
import { deltaOf, markOf, sinceQuery } from './changes.ts'
import { type ClientSettings, CycladesClient } from './client.ts'
import { cycladesIds } from './ids.ts'
import { toNetwork, toNicsNow, toServer } from './mapping.ts'
import {
  type WireCreateNetwork,
  WireIpsAnswer,
  WireNetworkAnswer,
  WireNetworksAnswer,
  WireServerAnswer,
  WireServersAnswer,
} from './wire.ts'

const NetworkShape = Compile(WireNetworkAnswer)
const NetworksShape = Compile(WireNetworksAnswer)
const ServerShape = Compile(WireServerAnswer)
const ServersShape = Compile(WireServersAnswer)
const IpsShape = Compile(WireIpsAnswer)

/**
 * Up to this many things are read one by one, in parallel; more by one list read. Cyclades has no read by a set of ids. To
 * read one costs us some 0.1 ms of CPU and the cloud a token check; a list costs 5 ms at 200 servers, whatever is wanted of
 * it, so that a few of a large tenant's things must not cost the list. One id never does.
 */
const MOST_ITEM_READS = 16

/** The header Date tells whole seconds. */
const CLOCK_GRAIN_MS = 1000

export function createCycladesBackend(settings: ClientSettings & { info: CloudInfo }): Backend {
  const client = new CycladesClient(settings)
  return {
    info: settings.info,
    ids: cycladesIds,
    as: (caller) => new Cyclades(client, caller),
    close: () => client.close(),
  }
}

class Cyclades implements Cloud {
  readonly #client: CycladesClient
  readonly #caller: Caller
  /** Writes go on when the caller leaves. */
  readonly #writer: Omit<Caller, 'signal'>

  constructor(client: CycladesClient, caller: Caller) {
    this.#client = client
    this.#caller = caller
    this.#writer = { token: caller.token, onWritten: caller.onWritten }
  }

  async networks(): Promise<readonly Network[]> {
    const call = { asked: { operation: 'networks' }, path: '/networks/detail', ...this.#caller } as const
    const { networks } = await this.#client.read(call, NetworksShape)
    await breath(networks.length)
    return networks.map(toNetwork)
  }

  async servers(): Promise<readonly Server[]> {
    const call = { asked: { operation: 'servers' }, path: '/servers/detail', ...this.#caller } as const
    const { servers } = await this.#client.read(call, ServersShape)
    await breath(servers.length)
    return servers.map(toServer)
  }

  async networksMadeSince(started: number): Promise<readonly Network[]> {
    const call = { asked: { operation: 'networks' }, path: '/networks/detail', ...this.#caller } as const
    const { value, date } = await this.#client.readWithDate(call, NetworksShape)
    const now = date?.getTime() ?? Date.now()
    const earliest = now - (performance.now() - started) - CLOCK_GRAIN_MS
    const madeSince = ({ createdAt }: Network) => createdAt !== null && Date.parse(createdAt) >= earliest
    return (value?.networks ?? []).map(toNetwork).filter(madeSince)
  }

  networksSince(mark: string | null): Promise<Delta<Network>> {
    return this.#since('networks', mark, NetworksShape, ({ networks }) => networks, toNetwork)
  }

  serversSince(mark: string | null): Promise<Delta<Server>> {
    return this.#since('servers', mark, ServersShape, ({ servers }) => servers, toServer)
  }

  async #since<Schema extends TSchema, Answer, Wire, Thing extends Network | Server>(
    list: 'networks' | 'servers',
    mark: string | null,
    shape: Shaped<Schema, Answer>,
    rowsOf: (answer: Answer) => Wire[],
    toThing: (wire: Wire) => Thing,
  ): Promise<Delta<Thing>> {
    const since = sinceQuery(mark)
    const call = { asked: { operation: list }, path: `/${list}/detail${since}`, ...this.#caller } as const
    const asked = performance.now()
    try {
      const { value, date } = await this.#client.readWithDate(call, shape)
      const mark = markOf(date, performance.now() - asked)
      const rows = value === null ? [] : rowsOf(value)
      await breath(rows.length)
      return deltaOf(since === '', rows.map(toThing), mark)
    } catch (error) {
      // Too old after all, or ahead of the cloud's clock: Cyclades says so with a 400.
      if (since === '' || !(error instanceof InvalidInputError)) throw error
      return this.#since(list, null, shape, rowsOf, toThing)
    }
  }

  networksByIds(ids: readonly string[]): Promise<Batch<Network>> {
    return batch(
      ids,
      (id) => this.network(id),
      () => this.networks(),
    )
  }

  serversByIds(ids: readonly string[]): Promise<Batch<Server>> {
    return batch(
      ids,
      (id) => this.server(id),
      () => this.servers(),
    )
  }

  async network(networkId: string): Promise<Network> {
    const call = {
      asked: { operation: 'network', networkId },
      path: `/networks/${networkId}`,
      ...this.#caller,
    } as const
    const { network } = await this.#client.read(call, NetworkShape)
    // A deleted network goes on answering 200 for ever (Cyclades REST 3.11).
    if (network.status === 'DELETED') throw new NetworkNotFoundError(networkId)
    return toNetwork(network)
  }

  async server(serverId: string): Promise<Server> {
    const call = { asked: { operation: 'server', serverId }, path: `/servers/${serverId}`, ...this.#caller } as const
    const { server } = await this.#client.read(call, ServerShape)
    if (server.status === 'DELETED') throw new ServerNotFoundError(serverId)
    return toServer(server)
  }

  async nicsNow(serverId: string): Promise<NicsNow> {
    // `/ips`, not the server: only there a nic shows that is still being built (Cyclades REST 3.6).
    const call = { asked: { operation: 'ips', serverId }, path: `/servers/${serverId}/ips`, ...this.#caller } as const
    const { attachments } = await this.#client.read(call, IpsShape)
    return toNicsNow(attachments)
  }

  async createNetwork({ name, type, dhcp, ...addresses }: NetworkSpec): Promise<Network> {
    const given = Object.fromEntries(Object.entries(addresses).filter(([, value]) => value !== null))
    const body: WireCreateNetwork = { network: { name, type, dhcp, ...given } }
    const call = { asked: { operation: 'create' }, method: 'POST', path: '/networks', body, ...this.#writer } as const
    const { network } = await this.#client.writeAndRead(call, NetworkShape)
    return toNetwork(network)
  }

  renameNetwork(networkId: string, name: string): Promise<void> {
    return this.#client.write({
      asked: { operation: 'rename', networkId },
      method: 'PUT',
      path: `/networks/${networkId}`,
      body: { network: { name } },
      ...this.#writer,
    })
  }

  deleteNetwork(networkId: string): Promise<void> {
    return this.#client.write({
      asked: { operation: 'delete', networkId },
      method: 'DELETE',
      path: `/networks/${networkId}`,
      ...this.#writer,
    })
  }

  async connect(serverId: string, networkId: string): Promise<null> {
    await this.#client.write({
      asked: { operation: 'connect', serverId, networkId },
      method: 'POST',
      path: `/networks/${networkId}/action`,
      body: { add: { serverRef: Number(serverId) } },
      ...this.#writer,
    })
    return null // the answer to `add` does not say which nic was made (Cyclades REST 3.3)
  }

  disconnect({ id, serverId, networkId }: Nic): Promise<void> {
    return this.#client.write({
      asked: { operation: 'disconnect', serverId, networkId, nicId: id },
      method: 'POST',
      path: `/networks/${networkId}/action`,
      body: { remove: { attachment: id } },
      ...this.#writer,
    })
  }

  setFirewallProfile(serverId: string, profile: FirewallProfile): Promise<void> {
    return this.#client.write({
      asked: { operation: 'firewall', serverId },
      method: 'POST',
      path: `/servers/${serverId}/action`,
      body: { firewallProfile: { profile } },
      ...this.#writer,
    })
  }
}

async function batch<Thing extends { id: string }>(
  ids: readonly string[],
  readOne: (id: string) => Promise<Thing>,
  readAll: () => Promise<readonly Thing[]>,
): Promise<Batch<Thing>> {
  if (ids.length <= MOST_ITEM_READS) return Promise.all(ids.map((id) => readOne(id).catch(nullOrError)))
  const things = new Map((await readAll()).map((thing) => [thing.id, thing]))
  return ids.map((id) => things.get(id) ?? null)
}

/** One that is not there is a fact, one that could not be read an error; neither fails the others. */
function nullOrError(error: unknown): DomainError | null {
  if (error instanceof NetworkNotFoundError || error instanceof ServerNotFoundError) return null
  if (error instanceof DomainError) return error
  if (error instanceof Error && error.name === 'AbortError') throw error
  return new CloudUnavailableError('The cloud could not be read.', 'NOT_APPLIED', { cause: error })
}
