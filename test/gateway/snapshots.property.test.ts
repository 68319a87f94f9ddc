/**
 * What a caller is shown from a kept list, brought up to date, is what a full read shows at that moment: whoever writes,
 * however late a change comes to light, whatever the cloud's clock says.
 *
 * The judge is the same query with a token that was never used before, for which everything is read. PROPERTY_RUNS and
 * PROPERTY_SEED choose how many rounds and which; a failure prints the seed and the smallest round.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const runs = Number(process.env.PROPERTY_RUNS ?? 40)
const seed = Number(process.env.PROPERTY_SEED ?? Math.trunc(Math.random() * 2 ** 31))

const USER = 'user'
const FRESH_TOKENS = 80
/** How late a change may come to light: what is asked for overlaps by a minute, less the grain of the header Date. */
const LATEST_COMMIT_S = 58

const WHOLE_GRAPH = `query WholeGraph {
  networks { totalCount nodes {
    id name status public type cidr gateway dhcp createdAt updatedAt tenantId
    nics { nodes { id nicId index macAddress ipv4 firewallProfile server { serverId name status } } }
    servers { edges { nics { nicId } node { serverId } } }
  } }
  servers { totalCount nodes {
    id name status progress suspended updatedAt metadata { key value }
    nics { id nicId ipv4 network { networkId name updatedAt } }
    peers { server { serverId } networks { networkId } }
  } }
}`
/** Of single things, which the kept lists answer too. */
const ONE_OF_EACH = `query OneOfEach {
  network(id: "3") { name nics { nodes { nicId server { name } } } }
  server(id: "141") { name nics { nicId network { name } } }
  nic(id: "nic-141-1") { macAddress }
  node(id: "Network:4") { id }
}`

const serverId = fc.constantFrom(141, 142)
const networkId = fc.constantFrom(3, 4, 5)
const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }).map((tail) => `n${tail}`)
const record = <Kind extends string, Rest extends object>(
  kind: Kind,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
) => fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<{ kind: Kind } & Rest>

const step = fc.oneof(
  record('renameServer', { serverId, text, isLate: fc.boolean() }),
  record('renameNetwork', { networkId, text, isLate: fc.boolean() }),
  record('setStatus', { serverId, status: fc.constantFrom('ACTIVE' as const, 'STOPPED' as const, 'ERROR' as const) }),
  record('suspend', { serverId, suspended: fc.boolean() }),
  record('connect', { serverId, networkId }),
  record('addServer', { text }),
  record('deleteServer', { serverId }),
  record('addNetwork', { text }),
  record('deleteNetwork', { networkId }),
  record('ownRename', { networkId, text }),
  record('pass', { seconds: fc.constantFrom(1, 20, 30, 61, 600, 3000, 3700, 10_000) }),
  fc.constant({ kind: 'commit' as const }),
  record('ask', { together: fc.integer({ min: 1, max: 4 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

const round = fc.record({
  clockOffsetS: fc.integer({ min: -10_000, max: 10_000 }),
  steps: fc.array(step, { minLength: 4, maxLength: 24 }),
})

/** Changes rows as the cloud's own writers do: the time is stamped first, and the change comes to light then or later. */
class Writers {
  readonly #cloud: EmbeddedCloud
  #offsetS: number
  #late: { readonly stamp: number; commit(): void }[] = []

  constructor(cloud: EmbeddedCloud, offsetS: number) {
    this.#cloud = cloud
    this.#offsetS = offsetS
  }

  get offsetS(): number {
    return this.#offsetS
  }

  change<Row extends { updated: number }>(row: Row, change: Partial<Row>, isLate = false): void {
    const stamp = this.#cloud.db.now()
    const commit = () => Object.assign(row, change, { updated: Math.max(row.updated, stamp) })
    if (isLate) this.#late.push({ stamp, commit })
    else commit()
  }

  pass(seconds: number): void {
    const then = this.#cloud.db.now() + seconds * 1e6
    for (const { stamp, commit } of this.#late) if (then - stamp > LATEST_COMMIT_S * 1e6) commit()
    this.#late = this.#late.filter(({ stamp }) => then - stamp <= LATEST_COMMIT_S * 1e6)
    this.#offsetS += seconds
  }

  commitOne(): void {
    this.#late.shift()?.commit()
  }
}

async function take({ cloud, run }: TestGateway, writers: Writers, step: Step, fresh: () => string): Promise<void> {
  const { db } = cloud
  switch (step.kind) {
    case 'renameServer':
      return writers.change(db.server(step.serverId), { name: step.text }, step.isLate)
    case 'renameNetwork':
      return writers.change(db.network(step.networkId), { name: step.text }, step.isLate)
    case 'setStatus':
      if (db.server(step.serverId).status === 'DELETED') return
      return writers.change(db.server(step.serverId), { status: step.status })
    case 'suspend':
      return writers.change(db.server(step.serverId), { suspended: step.suspended })
    case 'connect':
      if (db.server(step.serverId).status === 'DELETED' || db.network(step.networkId).status === 'DELETED') return
      db.connect(step.serverId, step.networkId) // as if long ago, so:
      for (const { networkId: id } of db.server(step.serverId).nics) writers.change(db.network(id), {})
      return writers.change(db.server(step.serverId), {})
    case 'addServer':
      db.addServer({ ownerId: USER, name: step.text })
      return
    case 'deleteServer':
      return db.deleteServer(step.serverId)
    case 'addNetwork':
      db.addNetwork({ ownerId: USER, name: step.text })
      return
    case 'deleteNetwork':
      if (
        db
          .server(141)
          .nics.concat(db.server(142).nics)
          .some((nic) => nic.networkId === step.networkId)
      )
        return
      return writers.change(db.network(step.networkId), { status: 'DELETED' })
    case 'ownRename': {
      const name = JSON.stringify(step.text)
      await run(`mutation { renameNetwork(input: { networkId: "${step.networkId}", name: ${name} }) { __typename } }`)
      return
    }
    case 'pass':
      return writers.pass(step.seconds)
    case 'commit':
      return writers.commitOne()
    case 'ask': {
      for (const query of [WHOLE_GRAPH, ONE_OF_EACH]) {
        const asked = Array.from({ length: step.together }, () => run(query))
        const [truth, ...shown] = await Promise.all([
          run(query, {}, { headers: { 'x-auth-token': fresh() } }),
          ...asked,
        ])
        expect(truth.errors).toBeUndefined()
        for (const answer of shown) expect(answer).toEqual(truth)
      }
    }
  }
}

it('a kept list shows what a full read shows', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(round, async ({ clockOffsetS, steps }) => {
      let writers: Writers | undefined
      const fresh = Array.from({ length: FRESH_TOKENS }, (_, at) => `fresh-${at}`)
      const tokens = Object.fromEntries(['tok', ...fresh].map((token) => [token, USER]))
      const clock = () => Date.now() + (writers?.offsetS ?? clockOffsetS) * 1000
      await using gateway = await startGateway({ cloud: { clock, tokens } })
      writers = new Writers(gateway.cloud, clockOffsetS)
      for (const name of ['a', 'b', 'c']) gateway.cloud.db.addNetwork({ ownerId: USER, name })
      const next = () => fresh.shift() ?? ''
      const ask: Step = { kind: 'ask', together: 1 }
      for (const one of [ask, ...steps, { kind: 'commit' } as const, ask]) await take(gateway, writers, one, next)
    }),
    { numRuns: runs, seed },
  )
})
