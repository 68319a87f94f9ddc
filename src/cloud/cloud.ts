/**
 * The port: all that the gateway asks of a cloud, in meanings rather than REST calls. A dialect implements it in a folder
 * of its own; nothing above this file knows which one answers.
 *
 * Every method may reject with a `DomainError` and with nothing else, but for an `AbortError` when the caller's signal
 * has fired. A method that changes something sends its request at most once.
 */
import type { DomainError } from './errors.ts'
import type { FirewallProfile, Network, NetworkSpec, Nic, NicsNow, Server } from './model.ts'

/** One cloud, for the life of the process: connections are pooled here. */
export interface Backend {
  readonly info: CloudInfo
  readonly ids: IdSyntax
  /** Up to this many things of one kind are best read by their ids; for more, the whole list costs less. */
  readonly mostSingleReads: number
  /** The cloud as this caller sees it. Cheap: one for each request. */
  as(caller: Caller): Cloud
  readonly health: BackendHealth
  /** Has somebody told of each call when it has ended, whoever asked; null: there was no answer. */
  onCall(told: (call: CallInfo, status: number | null, ms: number) => void): void
  /** Has somebody told what the cloud has said of a token: whether it is somebody's. That it is, once a caller. */
  onToken(told: (token: string, isAccepted: boolean) => void): void
  close(): Promise<void>
}

/** How the cloud and the connections to it are, for those who look after the gateway. */
export interface BackendHealth {
  /** Whether so many calls wait that the next one would be turned away, or another in its place. */
  readonly isFull: boolean
  /** The same of the next call of one who is queued so: whoever has most of the waiting calls makes room for others. */
  isFullFor(queuedAs: string): boolean
  /** Calls that are under way. */
  readonly callsUnderWay: number
  /** Open: calls fail at once, as the cloud has answered none of late. */
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** Whether the cloud answers anything at all, asked without a token. Never rejects. */
  answers(timeoutMs: number): Promise<boolean>
}

export interface CloudInfo {
  readonly name: string
  readonly dialect: string
  /** True when the gateway started this cloud itself, in its own process. */
  readonly embedded: boolean
}

export interface Caller {
  readonly token: string
  /** With whom its calls share turns, where calls have to wait; asked at each. The token's, unless told. */
  readonly queuedAs?: (() => string) | undefined
  /** Fires when the caller has gone: reads stop, writes that were sent are left alone, and no other is sent. */
  readonly signal?: AbortSignal | undefined
  /** Sends each request that changes something, when its turn has come; by then what was read before it may be old. */
  readonly inTurn?: (<Answer>(send: () => Promise<Answer>) => Promise<Answer>) | undefined
  /** By `performance.now()`: reads that are not answered by then fail. */
  readonly deadlineAt?: number | undefined
  readonly watcher?: Watcher | undefined
}

/** Looks on while a caller is served. */
export interface Watcher {
  /** A call begins: a read's further attempts are calls as well. */
  call(info: CallInfo): CallWatch
  /** A read waits for the call of another request. */
  coalesced(): void
  /** A list that was held is brought up to date. */
  kept(): void
}

export interface CallInfo {
  readonly method: string
  /** With names for ids: `/networks/:id`. */
  readonly route: string
}

export interface CallWatch {
  /** To be sent with it. */
  readonly headers: Readonly<Record<string, string>>
  /** Null: there was no answer. */
  ended(status: number | null, ms: number): void
}

/** What this cloud's ids look like: only canonical forms pass, so that nothing but an id can reach a URL. */
export interface IdSyntax {
  isNetworkId(text: string): boolean
  isServerId(text: string): boolean
  /** The cloud's current name of a nic. */
  isNicId(text: string): boolean
  /** The stable key of a nic, in any spelling. */
  isNicKey(text: string): boolean
  /** The one spelling of a key under which `Nic.key` has it. */
  canonicalNicKey(key: string): string
  /** The server that a nic's current name tells; null where names do not tell (uuids). */
  serverIdOfNic(nicId: string): string | null
}

/** For each id asked for, in that order: the thing, null when there is none (or no more), or why it could not be read. */
export type Batch<Thing> = readonly (Thing | DomainError | null)[]

/** What a list shows that may have changed since an earlier look. */
export interface Delta<Thing> {
  /** True: `things` are all there are. Else they are those that may have changed; the rest is as it was. */
  readonly whole: boolean
  readonly things: readonly Thing[]
  /** Ids of things that are no more; empty when `whole`. */
  readonly gone: readonly string[]
  /** For the next look. Null: that one will have to read everything. */
  readonly mark: string | null
}

export interface Cloud {
  /** All networks of the caller and all public ones, by id; deleted ones are not among them. */
  networks(): Promise<readonly Network[]>
  /** All servers of the caller, by id; deleted ones are not among them. */
  servers(): Promise<readonly Server[]>
  /** What may have changed since that mark; null: everything. A mark that is too old reads everything too. */
  networksSince(mark: string | null): Promise<Delta<Network>>
  serversSince(mark: string | null): Promise<Delta<Server>>
  /** For a few of them: of more than `Backend.mostSingleReads` the whole list is the better read. */
  networksByIds(ids: readonly string[]): Promise<Batch<Network>>
  serversByIds(ids: readonly string[]): Promise<Batch<Server>>
  /** Rejects with NetworkNotFoundError: with the cloud's `fault`, or without one for a network that is deleted. */
  network(networkId: string): Promise<Network>
  /** Rejects with ServerNotFoundError, in the same way. */
  server(serverId: string): Promise<Server>
  /** Rejects with ServerNotFoundError; a deleted server may answer with no nics instead. */
  nicsNow(serverId: string): Promise<NicsNow>

  /** Answers the network as the cloud made it. */
  createNetwork(spec: NetworkSpec): Promise<Network>
  renameNetwork(networkId: string, name: string): Promise<void>
  /** Accepted when it answers; the network may show a moment longer. A network in use is refused, its nics not yet named. */
  deleteNetwork(networkId: string): Promise<void>
  /** Accepted when it answers. The new nic where the cloud names it at once, else null: it will show among the server's. */
  connect(serverId: string, networkId: string): Promise<Nic | null>
  /**
   * Accepted when it answers. Removes whatever bears `nic.id` at that moment, in Cyclades: the caller makes sure, by
   * reading `nicsNow` just before and by letting one removal a server run at a time.
   */
  disconnect(nic: Nic): Promise<void>
  /** Accepted when it answers. */
  setFirewallProfile(serverId: string, profile: FirewallProfile): Promise<void>
}
