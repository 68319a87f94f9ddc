/**
 * Any mixture of connects and removals, sent at once, removes nothing but what was named. The judge is the cloud's own
 * list of nics, by MAC; the cloud shifts and reuses their ids all the while.
 *
 * PROPERTY_RUNS and PROPERTY_SEED choose how many rounds and which; a failure prints the seed and the smallest round.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { delayed } from '../../src/embedded/failures.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import {
  DisconnectServerDocument,
  JoinServerDocument,
  RemoveNicDocument,
  SetFirewallProfileDocument,
} from '../support/generated/documents.ts'

const runs = Number(process.env.PROPERTY_RUNS ?? 50)
const seed = Number(process.env.PROPERTY_SEED ?? Math.trunc(Math.random() * 2 ** 31))

const SERVERS = [141, 142] as const
const NETWORKS = [3, 4, 5] as const
const PUBLIC_MACS = ['aa:00:00:23:0d:59', 'aa:00:00:70:21:65']
const LONGEST_JOB_MS = 15
const TIMEOUT_SECONDS = 60

const serverId = fc.constantFrom(...SERVERS)
const networkId = fc.constantFrom(...NETWORKS)
const waitUntil = fc.constantFrom('ACCEPTED' as const, 'COMPLETED' as const)
const profile = fc.constantFrom('ENABLED' as const, 'DISABLED' as const, 'PROTECTED' as const)
/** Which of the nics that there have been so far. */
const which = fc.nat(11)

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('connect' as const), serverId, networkId, waitUntil }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('byStableId' as const), which, waitUntil }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('byIdAndMac' as const), which, waitUntil }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('byStaleId' as const),
      serverId,
      index: fc.nat(6),
      networkId: fc.constantFrom(1, ...NETWORKS),
      waitUntil,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('part' as const), serverId, networkId, waitUntil }) },
  // What else the jobs of a server are: their ends take the cloud's mark of a running removal away.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('otherConnect' as const), serverId, networkId, waitUntil }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('firewall' as const), serverId, profile, waitUntil }) },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

const round = fc.record({
  jobs: fc.integer(),
  /** Milliseconds that looks at a server's nics take, the first ones. */
  slow: fc.array(fc.nat(2 * LONGEST_JOB_MS), { maxLength: 12 }),
  nics: fc.array(fc.record({ serverId, networkId }), { minLength: 2, maxLength: 7 }),
  batches: fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
})
type Round = typeof round extends fc.Arbitrary<infer Value> ? Value : never

interface Place {
  readonly serverId: number
  readonly networkId: number
}

/** Every nic that there has been, by MAC: none comes and goes without a job beginning in between. */
class Witness {
  readonly places = new Map<string, Place>()
  /** What connects have told as theirs, by MAC. */
  readonly told: { readonly mac: string; readonly step: Place }[] = []

  look({ cloud }: TestGateway): void {
    for (const id of SERVERS) {
      for (const { mac, networkId } of cloud.db.server(id).hypervisor) {
        this.places.set(mac, { serverId: id, networkId })
      }
    }
  }

  pick(at: number): string {
    const macs = [...this.places.keys()]
    return macs[at % macs.length] ?? ''
  }
}

/** What a removal answered: the MACs that it took for gone, and what it was allowed to take. */
interface Claim {
  readonly step: Step
  readonly macs: readonly string[]
  readonly allows: (mac: string) => boolean
}

const macOf = (globalId: string) => globalId.replace('Nic:', '')

/** Refusals that a mixture like this may well cause; anything else is a failure. */
const REFUSALS = ['NicNotFoundError', 'NicMismatchError', 'PublicNetworkError', 'NotConnectedError', 'BusyError']

function expectRefusal(step: Step, result: { __typename: string; message?: string } | undefined): void {
  const told = `${JSON.stringify(step)} answered ${JSON.stringify(result)}`
  expect(REFUSALS, told).toContain(result?.__typename)
  expect(told).not.toContain('went instead')
  expect(told).not.toContain('in time')
}

async function remove(gateway: TestGateway, step: Step, input: object, allows: Claim['allows']): Promise<Claim[]> {
  const { nicId, ...more } = { nicId: '', waitUntil: step.waitUntil, timeoutSeconds: TIMEOUT_SECONDS, ...input }
  const { data, errors } = await gateway.run(RemoveNicDocument, { input: { nicId, ...more } })
  expect(errors).toBeUndefined()
  const result = data?.disconnectNic
  if (result?.__typename === 'DisconnectNicSuccess') return [{ step, macs: [macOf(result.deletedId)], allows }]
  expectRefusal(step, result)
  return []
}

/** The nic that the answer tells as the new one, if it tells one. */
async function connect(gateway: TestGateway, step: Step & { kind: 'connect' }): Promise<string[]> {
  const { data, errors } = await gateway.run(JoinServerDocument, {
    input: {
      serverId: String(step.serverId),
      networkId: String(step.networkId),
      waitUntil: step.waitUntil,
      timeoutSeconds: 1,
    },
  })
  expect(errors).toBeUndefined()
  const result = data?.connectServer
  if (result?.__typename !== 'ConnectServerSuccess') throw new Error(`no connect: ${JSON.stringify(result)}`)
  if (result.state === 'PENDING') expect(result.nic).toBeNull()
  return result.nic ? [macOf(result.nic.id)] : []
}

async function part(gateway: TestGateway, step: Step & { kind: 'part' }, witness: Witness): Promise<Claim[]> {
  const { data, errors } = await gateway.run(DisconnectServerDocument, {
    input: {
      serverId: String(step.serverId),
      networkId: String(step.networkId),
      waitUntil: step.waitUntil,
      timeoutSeconds: TIMEOUT_SECONDS,
    },
  })
  expect(errors).toBeUndefined()
  const result = data?.disconnectServer
  if (result && 'disconnectedIds' in result) {
    const allows = (mac: string) => isAt(witness.places.get(mac), step)
    return [{ step, macs: result.disconnectedIds.map(macOf), allows }]
  }
  expectRefusal(step, result)
  return []
}

const isAt = (place: Place | undefined, { serverId, networkId }: Place) =>
  place?.serverId === serverId && place.networkId === networkId

const placeOf = ({ serverId, networkId }: Place): Place => ({ serverId, networkId })

/** Sends one step, as a client would that has looked at the graph a moment ago. */
async function take(gateway: TestGateway, step: Step, witness: Witness): Promise<Claim[]> {
  const { db } = gateway.cloud
  if (step.kind === 'connect') {
    for (const mac of await connect(gateway, step)) witness.told.push({ mac, step })
    return []
  }
  if (step.kind === 'otherConnect') {
    await otherConnect(gateway, step)
    return []
  }
  if (step.kind === 'firewall') {
    await firewall(gateway, step)
    return []
  }
  if (step.kind === 'part') return part(gateway, step, witness)
  if (step.kind === 'byStaleId') {
    const expectNetworkId = String(step.networkId)
    const nicId = `nic-${step.serverId}-${step.index}`
    return remove(gateway, step, { nicId, expectNetworkId }, (mac) => isAt(witness.places.get(mac), step))
  }
  const mac = witness.pick(step.which)
  const isThatOne = (gone: string) => gone === mac
  if (step.kind === 'byStableId') return remove(gateway, step, { nicId: `Nic:${mac}` }, isThatOne)
  const owner = witness.places.get(mac)?.serverId ?? 0
  const index = db.server(owner).hypervisor.findIndex((nic) => nic.mac === mac)
  return remove(gateway, step, { nicId: `nic-${owner}-${Math.max(index, 0)}`, expectMacAddress: mac }, isThatOne)
}

/** The same lengths of jobs for the same seed. */
function lengths(from: number): () => number {
  let state = from >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * (LONGEST_JOB_MS + 1))
  }
}

/** By another program: which says nothing to the gateway. */
async function otherConnect({ cloud }: TestGateway, { serverId, networkId }: Place): Promise<void> {
  const { status } = await fetch(`${cloud.url}/networks/${networkId}/action`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': cloud.token },
    body: JSON.stringify({ add: { serverRef: serverId } }),
  })
  expect(status).toBe(202)
}

async function firewall(gateway: TestGateway, step: Step & { kind: 'firewall' }): Promise<void> {
  const { serverId, profile, waitUntil } = step
  const input = { serverId: String(serverId), profile, waitUntil, timeoutSeconds: 1 }
  const { data } = await gateway.run(SetFirewallProfileDocument, { input })
  expect(data?.setFirewallProfile.__typename).toBe('SetFirewallProfileSuccess')
}

async function play({ jobs, slow, nics, batches }: Round): Promise<void> {
  const witness = new Witness()
  const length = lengths(jobs)
  const started: { gateway?: TestGateway } = {}
  const jobDelayMs = () => {
    if (started.gateway) witness.look(started.gateway)
    return length()
  }
  await using gateway = await startGateway({ cloud: { jobDelayMs }, waits: { firstMs: 2, longestMs: 8 } })
  started.gateway = gateway
  const { cloud } = gateway
  for (const _id of NETWORKS) cloud.db.addNetwork({ ownerId: 'user-tutorial' })
  for (const { serverId, networkId } of nics) cloud.db.connect(serverId, networkId)
  witness.look(gateway)
  for (const ms of slow) cloud.failNext('GET /servers/:id/ips', delayed(ms))

  const claims: Claim[] = []
  for (const batch of batches) {
    claims.push(...(await Promise.all(batch.map((step) => take(gateway, step, witness)))).flat())
  }
  await cloud.jobs.settle()
  witness.look(gateway)

  const there = new Set(SERVERS.flatMap((id) => cloud.db.server(id).hypervisor.map(({ mac }) => mac)))
  const vanished = [...witness.places.keys()].filter((mac) => !there.has(mac))
  // Every nic that went was told by exactly one answer, and every nic that was told went.
  expect(claims.flatMap(({ macs }) => macs).toSorted()).toEqual(vanished.toSorted())
  for (const { step, macs, allows } of claims) {
    for (const mac of macs) expect(allows(mac), `${JSON.stringify(step)} took ${mac}`).toBe(true)
  }
  for (const mac of PUBLIC_MACS) expect(there).toContain(mac)

  expect(new Set(witness.told.map(({ mac }) => mac)).size).toBe(witness.told.length)
  for (const { mac, step } of witness.told) expect(witness.places.get(mac)).toMatchObject(placeOf(step))
}

it(
  `removes by exactly one answer what goes, and nothing else (seed ${seed})`,
  async () => {
    await fc.assert(fc.asyncProperty(round, play), { seed, numRuns: runs, endOnFailure: runs > 200 })
  },
  Math.max(60_000, runs * 2000),
)
