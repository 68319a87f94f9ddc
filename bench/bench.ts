/** What every scenario works with: the fixed upstream, and over it the floor and two gateways. */
import { isDeepStrictEqual } from 'node:util'
import { request } from 'undici'
import { Endpoint } from './client.ts'
import { LoadGenerator } from './load.ts'
import type { Options } from './options.ts'
import { memoryMiB } from './proc.ts'
import { type Running, startFloor, startGateway, startUpstream } from './processes.ts'
import type { Name } from './table.ts'

export interface Contestant {
  readonly name: Name
  readonly pid: number
  readonly endpoint: Endpoint
  readonly load: LoadGenerator
  /** Before its first request. */
  readonly restingMiB: number
}

export class Bench implements AsyncDisposable {
  readonly options: Options
  readonly contestants: readonly Contestant[]
  readonly #upstream: Running
  readonly #processes: readonly Running[]

  private constructor(options: Options, upstream: Running, processes: Readonly<Record<Name, Running>>) {
    this.options = options
    this.#upstream = upstream
    this.#processes = [...Object.values(processes), upstream]
    const contestant = (name: Name): Contestant => {
      const { pid, url } = processes[name]
      return {
        name,
        pid,
        endpoint: new Endpoint(url),
        load: new LoadGenerator(url),
        restingMiB: memoryMiB(pid, 'VmRSS'),
      }
    }
    this.contestants = [contestant('floor'), contestant('as shipped'), contestant('snapshots off')]
  }

  static async start(options: Options): Promise<Bench> {
    const upstream = await startUpstream(options.size)
    const [floor, shipped, snapshotsOff] = await Promise.all([
      startFloor(upstream.url),
      startGateway({ CLOUD_URL: upstream.url }),
      startGateway({ CLOUD_URL: upstream.url, SNAPSHOTS: 'off' }),
    ])
    return new Bench(options, upstream, { floor, 'as shipped': shipped, 'snapshots off': snapshotsOff })
  }

  /** All of them, another one first in each round. */
  turns(round: number): Contestant[] {
    const first = round % this.contestants.length
    return [...this.contestants.slice(first), ...this.contestants.slice(0, first)]
  }

  /** REST calls that the upstream has answered so far. */
  async restCalls(): Promise<number> {
    const { body } = await request(`${this.#upstream.url}/__count`)
    return ((await body.json()) as { calls: number }).calls // the upstream is the bench's own
  }

  /** What comes of the work, during which each REST call takes so long. */
  async delayingRestCalls<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
    await this.#delayRestCalls(ms)
    try {
      return await work()
    } finally {
      await this.#delayRestCalls(0)
    }
  }

  async #delayRestCalls(ms: number): Promise<void> {
    const { body } = await request(`${this.#upstream.url}/__delay?ms=${ms}`)
    await body.dump()
  }

  /** Throws unless every contestant gives every token the floor's answer. Gives the answer's bytes. */
  async check(query: string, tokens: readonly string[]): Promise<number> {
    const [floor, ...gateways] = this.contestants
    if (floor === undefined) return 0
    const lengths = await Promise.all(
      Array.from(new Set(tokens), async (token) => {
        const wanted = Buffer.from(await floor.endpoint.ask(query, token))
        for (const { name, endpoint } of gateways) {
          const got = Buffer.from(await endpoint.ask(query, token))
          if (!isSame(wanted, got)) throw new Error(`${name} answers ${token} otherwise than the floor: ${query}`)
        }
        return wanted.length
      }),
    )
    return lengths[0] ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { load } of this.contestants) load[Symbol.dispose]()
    await Promise.all(this.contestants.map(({ endpoint }) => endpoint.close()))
    for (const running of this.#processes) await running[Symbol.asyncDispose]()
  }
}

const isSame = (one: Buffer, other: Buffer) =>
  one.equals(other) || isDeepStrictEqual(JSON.parse(one.toString()), JSON.parse(other.toString()))

/** Of both tenants in turn, whose names differ: what one gets of the other's is a wrong answer. */
export function distinctTokens(connections: number): string[] {
  return Array.from({ length: connections }, (_, i) => `tenant-${i % 2 ? 'b' : 'a'}-${i}`)
}
