/** The port, over Cyclades 0.14. Paths and bodies are those of Synnefo 0.14.10, api/networks.py and api/servers.py. */
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { BackendSettings } from '../backend-settings.ts'
import type { Backend, Batch, Caller, Cloud, Delta } from '../cloud.ts'
import {
  CloudUnavailableError,
  DomainError,
  InvalidInputError,
  NetworkNotFoundError,
  ServerNotFoundError,
} from '../errors.ts'
import { Origin } from '../http/origin.ts'
import type { FirewallProfile, Network, NetworkSpec, Nic, NicsNow, Server } from '../model.ts'
import { deltaOf, markOf, sinceQuery } from './changes.ts'
import { CycladesClient, type ListOf } from './client.ts'
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
const ServerShape = Compile(WireServerAnswer)
const IpsShape = Compile(WireIpsAnswer)

interface NamedList<Schema extends TSchema, Shape, Thing> extends ListOf<Schema, Shape, Thing> {
  readonly operation: 'networks' | 'servers'
}

const networkList = {
  operation: 'networks',
  shape: Compile(WireNetworksAnswer),
  thingsOf: ({ networks }: WireNetworksAnswer) => networks.map(toNetwork),
} as const

const serverList = {
  operation: 'servers',
  shape: Compile(WireServersAnswer),
  thingsOf: ({ servers }: WireServersAnswer) => servers.map(toServer),
} as const

/**
 * Cyclades has no read by a set of ids. To read one costs us some 0.1 ms of CPU and the cloud a token check; a list costs 5 ms
 * at 200 servers, whatever is wanted of it, so that a few of a large tenant's things must not cost the list. One id never does.
 */
const MOST_SINGLE_READS = 16

export function createCycladesBackend({ info, ...settings }: BackendSettings): Backend {
  const origin = new Origin(settings)
  const client = new CycladesClient(origin, settings.url)
  return {
    info,
    ids: cycladesIds,
    mostSingleReads: MOST_SINGLE_READS,
    as: (caller) => new Cyclades(client, caller),
    health: {
      get isFull() {
        return origin.isFull
      },
      isFullFor: (caller) => origin.isFullFor(caller),
      get callsUnderWay() {
        return origin.underWay
      },
      get breaker() {
        return origin.breakerState
      },
      answers: (timeoutMs) => client.answers(timeoutMs),
    },
    onCall: (told) => {
      origin.onCall = told
    },
    onToken: (told) => {
      client.onToken = told
    },
    close: () => origin.close(),
  }
}

class Cyclades implements Cloud {
  readonly #client: CycladesClient
  readonly #caller: Caller

  constructor(client: CycladesClient, caller: Caller) {
    this.#client = client
    this.#caller = caller
  }

  async networks(): Promise<readonly Network[]> {
    return (await this.#readAll(networkList)).things
  }

  async servers(): Promise<readonly Server[]> {
    return (await this.#readAll(serverList)).things
  }

  networksSince(mark: string | null): Promise<Delta<Network>> {
    return this.#since(networkList, mark)
  }

  serversSince(mark: string | null): Promise<Delta<Server>> {
    return this.#since(serverList, mark)
  }

  #readAll<Schema extends TSchema, Shape, Thing>(list: NamedList<Schema, Shape, Thing>, since = '') {
    const { operation } = list
    return this.#client.readList(this.#caller, { asked: { operation }, path: `/${operation}/detail${since}` }, list)
  }

  async #since<Schema extends TSchema, Shape, Thing extends Network | Server>(
    list: NamedList<Schema, Shape, Thing>,
    mark: string | null,
  ): Promise<Delta<Thing>> {
    const since = sinceQuery(mark)
    const asked = performance.now()
    try {
      const { things, date } = await this.#readAll(list, since)
      return deltaOf(since === '', things, markOf(date, performance.now() - asked))
    } catch (error) {
      // Too old after all, or ahead of the cloud's clock: Cyclades says so with a 400.
      if (since === '' || !(error instanceof InvalidInputError)) throw error
      return this.#since(list, null)
    }
  }

  networksByIds(ids: readonly string[]): Promise<Batch<Network>> {
    return each(ids, (id) => this.network(id))
  }

  serversByIds(ids: readonly string[]): Promise<Batch<Server>> {
    return each(ids, (id) => this.server(id))
  }

  async network(networkId: string): Promise<Network> {
    const call = { asked: { operation: 'network', networkId }, path: `/networks/${networkId}` } as const
    const { network } = await this.#client.read(this.#caller, call, NetworkShape)
    // A deleted network goes on answering 200 for ever (Cyclades REST 3.11).
    if (network.status === 'DELETED') throw new NetworkNotFoundError(networkId)
    return toNetwork(network)
  }

  async server(serverId: string): Promise<Server> {
    const call = { asked: { operation: 'server', serverId }, path: `/servers/${serverId}` } as const
    const { server } = await this.#client.read(this.#caller, call, ServerShape)
    if (server.status === 'DELETED') throw new ServerNotFoundError(serverId)
    return toServer(server)
  }

  async nicsNow(serverId: string): Promise<NicsNow> {
    // `/ips`, not the server: only there a nic shows that is still being built (Cyclades REST 3.6).
    const call = { asked: { operation: 'ips', serverId }, path: `/servers/${serverId}/ips` } as const
    const { attachments } = await this.#client.read(this.#caller, call, IpsShape)
    return toNicsNow(attachments)
  }

  async createNetwork({ name, type, dhcp, ...addresses }: NetworkSpec): Promise<Network> {
    const given = Object.fromEntries(Object.entries(addresses).filter(([, value]) => value !== null))
    const body: WireCreateNetwork = { network: { name, type, dhcp, ...given } }
    const call = { asked: { operation: 'create' }, path: '/networks', body } as const
    const { network } = await this.#client.writeAndRead(this.#caller, call, NetworkShape)
    return toNetwork(network)
  }

  renameNetwork(networkId: string, name: string): Promise<void> {
    return this.#client.write(this.#caller, {
      asked: { operation: 'rename', networkId },
      path: `/networks/${networkId}`,
      body: { network: { name } },
    })
  }

  deleteNetwork(networkId: string): Promise<void> {
    return this.#client.write(this.#caller, {
      asked: { operation: 'delete', networkId },
      path: `/networks/${networkId}`,
    })
  }

  async connect(serverId: string, networkId: string): Promise<null> {
    await this.#client.write(this.#caller, {
      asked: { operation: 'connect', serverId, networkId },
      path: `/networks/${networkId}/action`,
      body: { add: { serverRef: Number(serverId) } },
    })
    return null // the answer to `add` does not say which nic was made (Cyclades REST 3.3)
  }

  disconnect({ id, serverId, networkId }: Nic): Promise<void> {
    return this.#client.write(this.#caller, {
      asked: { operation: 'disconnect', serverId, networkId, nicId: id },
      path: `/networks/${networkId}/action`,
      body: { remove: { attachment: id } },
    })
  }

  setFirewallProfile(serverId: string, profile: FirewallProfile): Promise<void> {
    return this.#client.write(this.#caller, {
      asked: { operation: 'firewall', serverId },
      path: `/servers/${serverId}/action`,
      body: { firewallProfile: { profile } },
    })
  }
}

function each<Thing>(ids: readonly string[], readOne: (id: string) => Promise<Thing>): Promise<Batch<Thing>> {
  return Promise.all(ids.map((id) => readOne(id).catch(nullOrError)))
}

/** One that is not there is a fact, one that could not be read an error; neither fails the others. */
function nullOrError(error: unknown): DomainError | null {
  if (error instanceof NetworkNotFoundError || error instanceof ServerNotFoundError) return null
  if (error instanceof DomainError) return error
  if (error instanceof Error && error.name === 'AbortError') throw error
  return new CloudUnavailableError('The cloud could not be read.', 'NOT_APPLIED', { cause: error })
}
