/** What Redis keeps of each token that is watched: who looks at its graph, and what was last said of it. */
import { createHmac, randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'

export type Holder = 'me' | 'another' | 'nobody'

export interface Lease {
  readonly holder: Holder
  /** Id of the latest news; null: none for an hour. */
  readonly newsId: string | null
}

const SECRET_KEY = 'cloudnet:secret'
const NEWS_MS = 3_600_000

const secretScript = `
local secret = redis.call('get', KEYS[1])
if not secret then
  secret = ARGV[1]
  redis.call('set', KEYS[1], secret)
end
return secret`

const takeScript = `
local holder = redis.call('get', KEYS[1])
if ARGV[3] == 'wanted' and (not holder or holder == ARGV[1]) then
  redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
  redis.call('pexpire', KEYS[2], ARGV[4])
  holder = ARGV[1]
end
return { holder, redis.call('get', KEYS[2]) }`

const releaseScript = `
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`

export class Leases {
  readonly #redis: Redis
  readonly #me: string
  readonly #leaseMs: number

  constructor(redis: Redis, me: string, leaseMs: number) {
    this.#redis = redis
    this.#me = me
    this.#leaseMs = leaseMs
  }

  /** The same for all who share this Redis, made by the first of them; a Redis that has lost it gets another. */
  async secret(): Promise<string> {
    return String(await this.#redis.eval(secretScript, 1, SECRET_KEY, randomBytes(32).toString('base64')))
  }

  /** Takes it if it is free, or keeps it; with `wanted` false only looks, and lets it run out. */
  async take(digest: string, wanted: boolean): Promise<Lease> {
    const [holder, newsId] = (await this.#redis.eval(
      takeScript,
      2,
      leaseKey(digest),
      newsKey(digest),
      this.#me,
      this.#leaseMs,
      wanted ? 'wanted' : 'not wanted',
      NEWS_MS,
    )) as [string | null, string | null] // as the script returns them
    return { holder: holder === null ? 'nobody' : holder === this.#me ? 'me' : 'another', newsId }
  }

  async release(digest: string): Promise<void> {
    await this.#redis.eval(releaseScript, 1, leaseKey(digest), this.#me)
  }

  async keepNews(digest: string, newsId: string): Promise<void> {
    await this.#redis.set(newsKey(digest), newsId, 'PX', NEWS_MS)
  }
}

/** Tells nothing of the token without the secret, nor with it: a token cannot be guessed. */
export function digestOf(secret: string, cloud: string, token: string): string {
  return createHmac('sha256', secret).update(`${cloud}\n${token}`).digest('base64url')
}

// In braces is what Redis Cluster chooses the node by: both keys of a script must be on one.
const leaseKey = (digest: string) => `cloudnet:{${digest}}:lease`
const newsKey = (digest: string) => `cloudnet:{${digest}}:news`
