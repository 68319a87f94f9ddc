import { request } from 'undici'
import { expect, it } from 'vitest'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { openSharedState } from '../../src/shared-state/shared-state.ts'
import { startGateway } from '../support/gateway.ts'
import { startRedis } from '../support/redis.ts'
import { pace } from './replicas.ts'

async function startReplicas() {
  const [cloud, redis] = await Promise.all([startEmbeddedCloud({ jobDelayMs: 0 }), startRedis()])
  const log = { info: () => {}, warn: () => {} }
  const make = async () => {
    const shared = await openSharedState({ redisUrl: redis.url, cloudUrl: new URL(cloud.url), log, ...pace })
    const limits = { requestsPerMinute: 4 }
    const gateway = await startGateway({
      over: cloud,
      lookouts: shared.lookouts,
      sharedRates: shared.rateLimiter,
      limits,
    })
    return { gateway, shared }
  }
  const replicas = await Promise.all([make(), make()])
  const ask = async (at: number, token: string, query = '{ __typename }') => {
    const { statusCode, headers, body } = await request(`${replicas[at % 2]?.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-auth-token': token },
      body: JSON.stringify({ query }),
    })
    await body.dump()
    return headers['retry-after'] === undefined ? statusCode : `${statusCode}, try again later`
  }
  return {
    redis,
    /** Has each replica see that the cloud accepts these: until then all count as their address. */
    introduce: async (...tokens: string[]) => {
      for (const token of tokens) {
        for (const at of replicas.keys()) await ask(at, token, '{ networks { totalCount } }')
      }
    },
    /** Of so many requests, at one replica and the other in turn. */
    askAll: async (count: number, token: string) => {
      const answers = []
      for (let at = 0; at < count; at++) answers.push(await ask(at, token))
      return answers
    },
    [Symbol.asyncDispose]: async () => {
      for (const { gateway, shared } of replicas) {
        await gateway[Symbol.asyncDispose]()
        await shared.close()
      }
      await cloud.close()
      await redis[Symbol.asyncDispose]()
    },
  }
}

const later = '429, try again later'

it('counts what all replicas together are asked, each token for itself', async () => {
  await using place = await startReplicas()
  await place.introduce('embedded-token', 'other-token')
  expect(await place.askAll(6, 'embedded-token')).toEqual([200, 200, 200, 200, later, later])
  expect(await place.askAll(6, 'other-token')).toEqual([200, 200, 200, 200, later, later])
  const reader = place.redis.connect()
  const keys = await reader.keys('cloudnet:rate*')
  reader.disconnect()
  expect(keys).toHaveLength(3) // with the address's
  for (const key of keys) expect(key).toMatch(/^cloudnet:rate:[\w-]{43}$/)
})

it('has each replica count alone while Redis is away', async () => {
  await using place = await startReplicas()
  await place.introduce('embedded-token')
  await place.redis.stop()
  expect(await place.askAll(10, 'embedded-token')).toEqual([...Array(8).fill(200), later, later])
})
