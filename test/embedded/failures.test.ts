import { describe, expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import {
  afterwards,
  cut,
  delayed,
  hang,
  htmlAnswer,
  invalidJson,
  jsonAnswer,
  redirect,
  reset,
  resetAfterwards,
} from '../../src/embedded/failures.ts'
import { Fault, overLimit, serviceUnavailable } from '../../src/embedded/faults.ts'
import { ask, createNetwork, inShort } from './rest.ts'

const networkCount = async (cloud: EmbeddedCloud): Promise<number> =>
  (await ask(cloud, 'GET /networks')).json.networks.length

const create = (cloud: EmbeddedCloud) =>
  ask(cloud, 'POST /networks', { json: { network: { name: 'n', type: 'MAC_FILTERED' } } })

const byHand = (cloud: EmbeddedCloud, json: unknown) => ask(cloud, 'POST ^/_embedded/failures', { json, token: null })

describe('failures on demand', () => {
  it('happen once to the route they were asked for, and nothing is carried out', async () => {
    await using cloud = await startEmbeddedCloud()
    cloud.failNext('POST /networks', overLimit('No more.', '', { 'Retry-After': '7' }))
    expect((await ask(cloud, 'GET /networks')).status).toBe(200)
    const failed = await create(cloud)
    expect([inShort(failed), failed.headers['retry-after']]).toEqual(['413 overLimit No more.', '7'])
    expect(await networkCount(cloud)).toBe(1)
    expect(inShort(await create(cloud))).toBe('202')
  })

  it.each([500, 503])('are %i of the token check too, before anything is done', async (status) => {
    await using cloud = await startEmbeddedCloud()
    cloud.failNext('*', new Fault(status, 'fault', 'timed out'), 2)
    expect(inShort(await create(cloud))).toBe(`${status} fault timed out`)
    expect((await ask(cloud, 'DELETE /servers/141')).status).toBe(status)
    expect(cloud.jobs.pending).toBe(0)
    expect(await networkCount(cloud)).toBe(1)
  })

  it('happen as often as told, in order, by pattern, by thing, by method, or everywhere', async () => {
    await using cloud = await startEmbeddedCloud()
    const fail = (route: string, times?: number) => cloud.failNext(route, serviceUnavailable(route), times)
    const message = async (route: string) => inShort(await ask(cloud, route))
    fail('GET /networks/:networkId', 2)
    fail('GET /servers/142')
    fail('GET *')
    fail('*')
    expect(await message('DELETE /networks/99')).toBe('503 serviceUnavailable *')
    for (let n = 0; n < 2; n++)
      expect(await message('GET /networks/1')).toBe('503 serviceUnavailable GET /networks/:networkId')
    expect(await message('GET /servers/142.json')).toBe('503 serviceUnavailable GET *')
    expect(await message('GET /servers/142')).toBe('503 serviceUnavailable GET /servers/142')
    expect(await message('GET /networks/1')).toBe('200')
    expect(cloud.plannedFailures).toEqual([])
    expect(() => fail('GET /netwroks')).toThrow(RangeError)
  })

  it('are whole answers of any kind', async () => {
    await using cloud = await startEmbeddedCloud()
    const route = 'GET /networks'
    cloud.failNext(route, htmlAnswer())
    cloud.failNext(route, htmlAnswer(504, 'Gateway Timeout'))
    cloud.failNext(route, invalidJson())
    cloud.failNext(route, jsonAnswer({ networks: {} }))
    cloud.failNext(route, redirect('http://127.0.0.1:1/'))
    cloud.failNext(route, delayed(5))
    cloud.failNext(route, delayed(5, serviceUnavailable('slow')))
    expect(await ask(cloud, route)).toMatchObject({
      status: 502,
      headers: { 'content-type': 'text/html' },
      text: expect.stringContaining('<h1>502'),
    })
    expect(await ask(cloud, route)).toMatchObject({ status: 504, reason: 'GATEWAY TIMEOUT' })
    await expect(ask(cloud, route)).rejects.toThrow(SyntaxError)
    expect((await ask(cloud, route)).json).toEqual({ networks: {} })
    expect(await ask(cloud, route)).toMatchObject({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })
    expect((await ask(cloud, route)).json.networks).toHaveLength(1)
    expect(inShort(await ask(cloud, route))).toBe('503 serviceUnavailable slow')
  })

  it('reset the connection before or after the operation, or cut the answer', async () => {
    await using cloud = await startEmbeddedCloud()
    const failed = async () => expect(create(cloud)).rejects.toThrow()
    cloud.failNext('POST /networks', reset())
    await failed()
    expect(await networkCount(cloud)).toBe(1)
    cloud.failNext('POST /networks', resetAfterwards())
    await failed()
    expect(await networkCount(cloud)).toBe(2)
    cloud.failNext('POST /networks', cut())
    await failed()
    expect(await networkCount(cloud)).toBe(3)
    cloud.failNext('POST /networks', afterwards(htmlAnswer()))
    expect((await create(cloud)).status).toBe(502)
    expect(await networkCount(cloud)).toBe(4)
    expect(cloud.requests.filter(({ method }) => method === 'POST').map(({ status }) => status)).toEqual([
      null,
      null,
      null,
      502,
    ])
  })

  it('leave a request without any answer until the cloud is closed', async () => {
    const cloud = await startEmbeddedCloud()
    cloud.failNext('*', hang())
    const hanging = expect(ask(cloud, 'GET /networks')).rejects.toThrow()
    await cloud.calls.arrived('GET /networks')
    expect(cloud.openSockets).toBe(1)
    await cloud.close()
    await hanging
  })
})

describe('by hand', () => {
  it('takes failures as JSON, lists and forgets them', async () => {
    await using cloud = await startEmbeddedCloud()
    const fault = { status: 413, name: 'overLimit', message: 'No.', headers: { 'Retry-After': '3' } }
    expect((await byHand(cloud, { route: 'POST /networks', times: 2, fault })).status).toBe(201)
    expect(inShort(await create(cloud))).toBe('413 overLimit No.')
    expect((await ask(cloud, 'GET ^/_embedded/failures')).json).toMatchObject([{ route: 'POST /networks', times: 1 }])
    expect((await ask(cloud, 'DELETE ^/_embedded/failures')).status).toBe(204)
    await byHand(cloud, { route: 'POST /networks', carriedOut: true, delayMs: 1, answer: { status: 502, body: 'x' } })
    expect(await create(cloud)).toMatchObject({ status: 502, text: 'x' })
    await byHand(cloud, { route: '*', reset: true })
    await expect(ask(cloud, 'GET /networks')).rejects.toThrow()
    expect(await networkCount(cloud)).toBe(2)
  })

  it('says what is wrong with a failure', async () => {
    await using cloud = await startEmbeddedCloud()
    for (const wrong of [
      {},
      { route: '*' },
      { route: 'GET /x', reset: true },
      { route: '*', hang: true, cut: true },
      { route: '*', times: 0, hang: true },
      { route: '*', fault: { status: 'bad', name: 'x' } },
      { route: '*', crash: true },
    ]) {
      const reply = await byHand(cloud, wrong)
      expect([reply.status, typeof reply.json.error]).toEqual([400, 'string'])
    }
    expect((await ask(cloud, 'POST ^/_embedded/failures', { body: '{' })).status).toBe(400)
    expect((await ask(cloud, 'GET ^/_embedded/nothing')).status).toBe(404)
    expect(cloud.plannedFailures).toEqual([])
  })
})

describe('the log of requests', () => {
  it('tells who asked for what and when, without tokens, and without the control URLs', async () => {
    await using cloud = await startEmbeddedCloud()
    await createNetwork(cloud)
    await ask(cloud, 'GET /networks/3.json?format=json')
    await ask(cloud, 'GET /nothing', { token: null })
    const { json } = await ask(cloud, 'GET ^/_embedded/requests')
    expect(json).toEqual(cloud.requests)
    const times = { startedAt: expect.any(Number), endedAt: expect.any(Number), requestId: null, traceparent: null }
    expect(cloud.requests).toEqual([
      {
        ...{
          method: 'POST',
          path: '/networks',
          route: 'POST /networks',
          query: {},
          tenant: 'user-tutorial',
          status: 202,
        },
        ...{ body: { network: { name: 'net', type: 'MAC_FILTERED', dhcp: false } }, ...times },
      },
      {
        ...{ method: 'GET', path: '/networks/3.json', route: 'GET /networks/:id', query: { format: 'json' } },
        ...{ tenant: 'user-tutorial', status: 200, body: null, ...times },
      },
      { method: 'GET', path: '/nothing', route: null, query: {}, tenant: null, status: 400, body: null, ...times },
    ])
    cloud.clearRequests()
    expect(cloud.requests).toHaveLength(0)
  })
})
