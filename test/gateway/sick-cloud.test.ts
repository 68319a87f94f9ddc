import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { originSettings } from '../../src/cloud/backend-settings.ts'
import { createBackend } from '../../src/cloud/backends.ts'
import { answer, cut, type Failure, hang, htmlAnswer, invalidJson, reset } from '../../src/embedded/failures.ts'
import { type Fault, forbidden, overLimit, serviceUnavailable, unexpectedError } from '../../src/embedded/faults.ts'
import { shippedLimits, startGateway, type TestGateway } from '../support/gateway.ts'
import { post } from '../support/http.ts'
import { untilInFlight } from '../support/metrics.ts'
import { ONLY_HELD_MS, waitLong } from '../support/wait.ts'

const query = '{ servers { totalCount } }'
const create = 'mutation { createNetwork(input: { name: "n" }) { __typename } }'
const LIST = 'GET /servers/detail'
const fine = { data: { servers: { totalCount: 2 } } }

/** Method and path of what was asked, in order. */
const asked = ({ cloud }: TestGateway) => cloud.requests.map(({ method, path }) => `${method} ${path}`)

describe('a read that fails in passing', () => {
  const passing: [string, Failure | Fault][] = [
    ['502', htmlAnswer(502)],
    ['503', serviceUnavailable()],
    ['504', htmlAnswer(504)],
    ['a reset', reset()],
    ['an answer that breaks off', cut()],
    ['429 with Retry-After', answer(429, '', { 'Retry-After': '0' })],
    ['413 with Retry-After', overLimit('Slow down.', '', { 'Retry-After': '0' })],
  ]
  it.each(passing)('is asked again after %s, and nobody sees it', async (_what, failure) => {
    await using gateway = await startGateway({ limits: { retries: 2 } })
    gateway.cloud.failNext(LIST, failure, 2)
    expect(await gateway.run(query)).toEqual(fine)
    expect(asked(gateway)).toHaveLength(3)
  })

  it('is told when it does not pass', async () => {
    await using gateway = await startGateway({ limits: { retries: 2 } })
    gateway.cloud.failNext(LIST, htmlAnswer(502), 3)
    const { data, errors } = await gateway.run(query)
    expect([data, errors?.[0]?.extensions?.code]).toEqual([{ servers: null }, 'CLOUD_UNAVAILABLE'])
    expect(asked(gateway)).toHaveLength(3)
  })

  it('is asked again after an attempt that took too long, within the deadline', async () => {
    await using gateway = await startGateway({ limits: { retries: 2, timeoutMs: ONLY_HELD_MS } })
    gateway.cloud.failNext(LIST, hang())
    expect(await gateway.run(query)).toEqual(fine)
    expect(asked(gateway)).toHaveLength(2)
  })

  it('is not asked again when the deadline has passed', async () => {
    await using gateway = await startGateway({
      limits: { retries: 9, timeoutMs: 2 * ONLY_HELD_MS, deadlineMs: ONLY_HELD_MS },
    })
    gateway.cloud.failNext(LIST, hang(), 9)
    const { errors } = await gateway.run(query)
    expect(errors?.[0]?.message).toBe(`The cloud did not answer within ${ONLY_HELD_MS / 1000} s.`)
    expect(asked(gateway)).toHaveLength(1)
  })

  it('is not asked again before the time that the cloud asks for, if that is beyond the deadline', async () => {
    await using gateway = await startGateway({ limits: { retries: 2, deadlineMs: 60_000 } })
    gateway.cloud.failNext(LIST, answer(429, '', { 'Retry-After': '61' }))
    const { errors } = await gateway.run(query)
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 61 })
    expect(asked(gateway)).toHaveLength(1)
  })

  const lasting: [string, Failure | Fault][] = [
    ['500', unexpectedError()],
    ['a refusal', forbidden('Not today')],
    ['broken JSON', invalidJson()],
    ['429 without Retry-After', answer(429)],
    ['413 without Retry-After', answer(413)],
  ]
  it.each(lasting)('is not asked again after %s', async (_what, failure) => {
    await using gateway = await startGateway({ limits: { retries: 2 } })
    gateway.cloud.failNext(LIST, failure)
    expect((await gateway.run(query)).errors).toHaveLength(1)
    expect(asked(gateway)).toHaveLength(1)
  })

  it('is asked again for a tenth of all reads at most, once ten have been: a sick cloud is not hit harder', async () => {
    await using gateway = await startGateway({ limits: { retries: 2, breakerFailures: 0 }, snapshots: false })
    gateway.cloud.failNext('*', htmlAnswer(502), 10_000)
    for (let i = 0; i < 50; i++) await gateway.run(query)
    expect(asked(gateway)).toHaveLength(50 + 10 + 4)
  })
})

describe('a change', () => {
  it.each<[string, Failure]>([
    ['502', htmlAnswer(502)],
    ['503', htmlAnswer(503)],
    ['504', htmlAnswer(504)],
    ['a reset', reset()],
  ])('is never sent again after %s', async (_what, failure) => {
    await using gateway = await startGateway({ limits: { retries: 9 } })
    gateway.cloud.failNext('POST /networks', failure)
    await gateway.run(create)
    expect(asked(gateway).filter((call) => call.startsWith('POST'))).toHaveLength(1)
  })
})

describe('too many calls at once', () => {
  const as = (token: string) => ({ headers: { 'x-auth-token': token } })
  /** What asks the cloud for nothing is refused all the same while the queue is full. */
  const untilFull = (gateway: TestGateway, isFull = true) =>
    vi.waitFor(async () => {
      const { status } = await post(gateway, { query: '{ __typename }' })
      expect(status).toBe(isFull ? 503 : 200)
    }, waitLong)

  it('wait for their turn, and beyond that are refused at once, before anything is parsed', async () => {
    await using gateway = await startGateway({
      cloud: { openTenants: true },
      limits: { connections: 1, queue: 1 },
    })
    gateway.cloud.calls.hold(LIST)
    const first = gateway.run(query, {}, as('one'))
    await gateway.cloud.calls.arrived(LIST)
    const second = gateway.run(query, {}, as('two'))
    await untilFull(gateway)
    const refused = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-auth-token': 'three' },
      body: JSON.stringify({ query: '{ no document' }),
    })
    expect([refused.statusCode, refused.headers['retry-after'], await refused.body.json()]).toEqual([
      503,
      '1',
      {
        errors: [
          {
            message: 'Too many calls to the cloud are waiting.',
            extensions: { code: 'CLOUD_UNAVAILABLE', fault: null, retryAfterSeconds: 1 },
          },
        ],
      },
    ])
    gateway.cloud.calls.release()
    expect(await Promise.all([first, second])).toEqual([fine, fine])
    expect(await gateway.run(query, {}, as('three'))).toEqual(fine)
  })

  it('of one token neither keep others out nor make them wait for all of them', async () => {
    await using gateway = await startGateway({ cloud: { openTenants: true }, limits: { connections: 1, queue: 3 } })
    // Until the cloud has accepted a token it is its address's, and these would be one caller.
    for (const token of ['flood', 'other']) expect(await gateway.run(query, {}, as(token))).toEqual(fine)
    gateway.cloud.clearRequests()
    gateway.cloud.calls.hold('*', { times: 1 })
    const single = (id: number) => `n${id}: network(id: ${id}) { name }`
    const flood = gateway.run(`{ ${[1, 2, 3, 4].map(single).join(' ')} }`, {}, as('flood'))
    const statusAs = async (token: string) =>
      (await post(gateway, { query: '{ __typename }' }, as(token).headers)).status
    await vi.waitFor(async () => expect(await statusAs('flood')).toBe(503), waitLong)
    expect(await statusAs('other')).toBe(200)
    const other = gateway.run(query, {}, as('other'))
    await untilInFlight(gateway, 2)
    gateway.cloud.calls.release()
    expect(await other).toEqual(fine)
    expect((await flood).errors).toMatchObject([
      { extensions: { code: 'CLOUD_UNAVAILABLE', retryAfterSeconds: 1, fault: null } },
    ])
    expect(asked(gateway)).toEqual(['GET /networks/1', 'GET /networks/2', LIST, 'GET /networks/3'])
  })

  it('of many tokens that the cloud has not accepted are one caller’s, as they cost nothing to make up', async () => {
    await using gateway = await startGateway({ cloud: { openTenants: true }, limits: { connections: 1, queue: 3 } })
    expect(await gateway.run(query, {}, as('known'))).toEqual(fine)
    gateway.cloud.calls.hold('*', { times: 1 })
    const flood = [1, 2, 3, 4].map((n) => gateway.run(query, {}, as(`made-up-${n}`)))
    const statusAs = async (token: string) =>
      (await post(gateway, { query: '{ __typename }' }, as(token).headers)).status
    await vi.waitFor(async () => expect(await statusAs('made-up-5')).toBe(503), waitLong)
    expect(await statusAs('known')).toBe(200)
    const known = gateway.run(query, {}, as('known'))
    await untilInFlight(gateway, flood.length + 1)
    gateway.cloud.calls.release()
    expect(await known).toEqual(fine)
    await Promise.all(flood)
  })

  it('of one query are refused one by one', async () => {
    await using gateway = await startGateway({ limits: { connections: 1, queue: 1 } })
    const { data, errors } = await gateway.run(
      '{ a: server(id: 141) { name } b: server(id: 142) { name } c: network(id: 1) { name } }',
    )
    expect(Object.values(data ?? {}).filter((value) => value === null)).toHaveLength(1)
    for (const { extensions } of errors ?? []) {
      expect(extensions).toMatchObject({ code: 'CLOUD_UNAVAILABLE', retryAfterSeconds: 1, fault: null })
    }
  })

  it('wait no longer than their deadline', async () => {
    await using gateway = await startGateway({
      cloud: { openTenants: true },
      limits: { connections: 1, queue: 5, deadlineMs: 200 },
    })
    gateway.cloud.calls.hold('POST /networks') // which no deadline of reads ends
    const first = gateway.run(create, {}, as('one'))
    await gateway.cloud.calls.arrived('POST /networks')
    const { errors } = await gateway.run(query, {}, as('two'))
    expect(errors?.[0]).toMatchObject({
      message: 'Too many calls to the cloud are waiting.',
      extensions: { code: 'CLOUD_UNAVAILABLE' },
    })
    expect(asked(gateway)).toEqual(['POST /networks'])
    gateway.cloud.calls.release()
    expect(await first).toEqual({ data: { createNetwork: { __typename: 'CreateNetworkSuccess' } } })
  })

  it('leave the queue with their callers', async () => {
    await using gateway = await startGateway({ cloud: { openTenants: true }, limits: { connections: 1, queue: 1 } })
    gateway.cloud.calls.hold(LIST)
    const first = gateway.run(query, {}, as('one'))
    await gateway.cloud.calls.arrived(LIST)
    const leaving = new AbortController()
    const second = gateway.run(query, {}, { ...as('two'), signal: leaving.signal })
    await untilFull(gateway)
    leaving.abort()
    await expect(second).rejects.toThrow()
    await untilFull(gateway, false)
    const third = gateway.run(query, {}, as('three'))
    await untilFull(gateway)
    gateway.cloud.calls.release()
    expect(await Promise.all([first, third])).toEqual([fine, fine])
    expect(asked(gateway)).toHaveLength(2)
  })
})

describe('a cloud that answers nobody', () => {
  /** Of five seconds, what is left of them; `breaker.test.ts` has no clock of its own. */
  const soon = expect.toSatisfy((seconds: number) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 5)

  it('is left alone after some calls in a row, and told so, changes as not applied', async () => {
    await using gateway = await startGateway({ limits: { breakerFailures: 3 } })
    gateway.cloud.failNext('*', reset(), 3)
    for (let i = 0; i < 3; i++) await gateway.run(query)
    const { errors } = await gateway.run(query)
    expect(errors?.[0]).toMatchObject({
      message: 'The cloud has not answered of late; it is left alone for a moment.',
      extensions: { code: 'CLOUD_UNAVAILABLE', fault: null, retryAfterSeconds: soon },
    })
    const fields = '... on CloudUnavailableError { code outcome retryAfterSeconds }'
    expect(await gateway.run(`mutation { createNetwork(input: { name: "n" }) { ${fields} } }`)).toEqual({
      data: { createNetwork: { code: 'CLOUD_UNAVAILABLE', outcome: 'NOT_APPLIED', retryAfterSeconds: soon } },
    })
    expect(asked(gateway)).toHaveLength(3)
  })

  it('is not taken for one that answers something else than was hoped for', async () => {
    await using gateway = await startGateway({ limits: { breakerFailures: 2 } })
    for (const failure of [unexpectedError(), forbidden('No'), invalidJson(), serviceUnavailable(), answer(429)]) {
      gateway.cloud.failNext(LIST, failure)
      await gateway.run(query)
    }
    expect(await gateway.run(query)).toEqual(fine)
  })
})

describe('https', () => {
  const pem = (name: string) => readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url), 'utf8')

  async function read(ca: string | null, cloud: TestGateway['cloud']) {
    // TLS in front of the embedded cloud.
    const front = createServer({ key: pem('key'), cert: pem('cert') }, (incoming, outgoing) => {
      const { method, url, headers } = incoming
      httpRequest(new URL(url ?? '/', cloud.url), { method, headers }, (inner) => {
        outgoing.writeHead(inner.statusCode ?? 500, inner.headers)
        inner.pipe(outgoing)
      }).end()
    })
    front.listen(0, '127.0.0.1')
    await once(front, 'listening')
    const url = new URL(`https://localhost:${(front.address() as AddressInfo).port}/compute/v2.0`)
    const info = { name: 'tls', dialect: 'cyclades', embedded: false }
    const backend = createBackend({ ...originSettings(url, { ...shippedLimits(), retries: 0, ca }), info })
    try {
      return (await backend.as({ token: cloud.token }).servers()).length
    } catch (error) {
      return (error as Error).message
    } finally {
      await backend.close()
      front.close()
    }
  }

  it('is verified: an unknown authority is refused before anything is sent, one named by the setting is taken', async () => {
    await using gateway = await startGateway()
    expect(await read(null, gateway.cloud)).toBe('The cloud cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT).')
    expect(gateway.cloud.requests).toEqual([])
    expect(await read(pem('cert'), gateway.cloud)).toBe(2)
  })
})
