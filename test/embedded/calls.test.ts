import { describe, expect, it } from 'vitest'
import { type EmbeddedCloud, startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { htmlAnswer } from '../../src/embedded/failures.ts'
import { ask } from './rest.ts'

const create = (cloud: EmbeddedCloud, name = 'n') =>
  ask(cloud, 'POST /networks', { json: { network: { name, type: 'MAC_FILTERED' } } })
const namesIn = ({ db }: EmbeddedCloud) => db.networksSeenBy('user-tutorial').map(({ name }) => name)
const control = (cloud: EmbeddedCloud, route: string, json?: object) =>
  ask(cloud, route.replace(' ', ' ^/_embedded/'), { token: null, ...(json && { json }) })

describe('calls that are held', () => {
  it('are logged, and carried out and answered when they are released, in their order', async () => {
    await using cloud = await startEmbeddedCloud()
    cloud.calls.hold('POST /networks')
    const [first, second] = [
      create(cloud, 'first'),
      cloud.calls.arrived('POST /networks').then(() => create(cloud, 'second')),
    ]
    await cloud.calls.arrived('POST /networks', 2)
    expect(namesIn(cloud)).toEqual(['public_network'])
    expect(cloud.requests.map(({ status, endedAt }) => [status, endedAt])).toEqual(Array(2).fill([null, null]))
    expect((await ask(cloud, 'GET /networks')).json.networks).toHaveLength(1) // another route
    cloud.calls.release()
    expect([(await first).status, (await second).status]).toEqual([202, 202])
    expect(namesIn(cloud)).toEqual(['public_network', 'first', 'second'])
    expect((await create(cloud)).status).toBe(202) // held no more
  })

  it('are carried out before, where only the answer is held, which shows the state of then', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    cloud.calls.hold('POST /networks', { carriedOut: true })
    cloud.calls.hold('GET /networks', { carriedOut: true })
    const listed = ask(cloud, 'GET /networks')
    await cloud.calls.arrived('GET /networks')
    const made = create(cloud)
    await cloud.calls.arrived('POST /networks')
    expect(namesIn(cloud)).toEqual(['public_network', 'n'])
    cloud.calls.release()
    expect((await made).status).toBe(202)
    expect((await listed).json.networks).toHaveLength(1)
  })

  it('have their jobs run while only the answer is held', async () => {
    await using cloud = await startEmbeddedCloud({ jobDelayMs: 0 })
    cloud.db.addNetwork({ ownerId: 'user-tutorial', id: 3 })
    cloud.calls.hold('POST /networks/:id/action', { carriedOut: true })
    const connected = ask(cloud, 'POST /networks/3/action', { json: { add: { serverRef: '141' } } })
    await cloud.calls.arrived('POST /networks/3/action')
    expect(cloud.db.server(141).nics).toHaveLength(2)
    cloud.calls.release()
    expect((await connected).status).toBe(202)
  })

  it('are carried out too when their client has left', async () => {
    await using cloud = await startEmbeddedCloud()
    cloud.calls.hold('POST /networks')
    const leaving = new AbortController()
    const left = fetch(`${cloud.url}/networks`, {
      method: 'POST',
      headers: { 'X-Auth-Token': cloud.token, 'Content-Type': 'application/json' },
      body: JSON.stringify({ network: { name: 'left', type: 'MAC_FILTERED' } }),
      signal: leaving.signal,
    })
    await cloud.calls.arrived('POST /networks')
    leaving.abort()
    await expect(left).rejects.toThrow()
    await cloud.calls.ended('POST /networks')
    expect(namesIn(cloud)).toEqual(['public_network'])
    cloud.calls.release()
    expect(namesIn(cloud)).toEqual(['public_network', 'left'])
  })

  it('are so many as told, of a route, a thing, a method, or all; each route is released by itself', async () => {
    await using cloud = await startEmbeddedCloud()
    cloud.calls.hold('GET /networks', { times: 1 })
    cloud.calls.hold('GET /servers/141')
    const held = [ask(cloud, 'GET /networks'), ask(cloud, 'GET /servers/141')]
    await cloud.calls.arrived('GET *', 2)
    expect(cloud.calls.holds).toEqual([
      { route: 'GET /networks', carriedOut: false, left: 0, held: 1 },
      { route: 'GET /servers/141', carriedOut: false, left: null, held: 1 },
    ])
    for (const route of ['GET /networks', 'GET /servers/142']) expect((await ask(cloud, route)).status).toBe(200)
    cloud.calls.release('GET /servers/141')
    expect((await held[1])?.status).toBe(200)
    expect(cloud.calls.holds).toMatchObject([{ route: 'GET /networks' }])
    cloud.calls.release('GET /networks')
    expect((await held[0])?.status).toBe(200)
    expect(() => cloud.calls.hold('GET /netwroks')).toThrow(RangeError)
  })

  it('meet the failures that are planned when they are released', async () => {
    await using cloud = await startEmbeddedCloud()
    cloud.calls.hold('POST /networks')
    const made = create(cloud)
    await cloud.calls.arrived('POST /networks')
    cloud.failNext('POST /networks', htmlAnswer(502))
    cloud.calls.release()
    expect((await made).status).toBe(502)
    expect(namesIn(cloud)).toEqual(['public_network'])
  })
})

describe('who waits for calls', () => {
  it('waits until so many of a route have arrived, have ended, or the log is as wanted', async () => {
    await using cloud = await startEmbeddedCloud()
    const seen: string[] = []
    const saying = async (what: string, waiting: Promise<void>) => {
      await waiting
      seen.push(what)
    }
    const all = [
      saying('ended', cloud.calls.ended('GET /networks')),
      saying(
        'both',
        cloud.calls.until((requests) => requests.length === 2),
      ),
      saying('arrived', cloud.calls.arrived('GET /networks')),
    ]
    await ask(cloud, 'GET /servers')
    cloud.calls.hold('GET *')
    const asked = ask(cloud, 'GET /networks')
    await Promise.all(all.slice(1))
    expect(seen).toEqual(['both', 'arrived'])
    cloud.calls.release()
    await Promise.all([asked, ...all])
    expect(seen).toEqual(['both', 'arrived', 'ended'])
    await cloud.calls.arrived('GET *', 2) // and at once for what is there
    await expect(
      cloud.calls.until(() => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(() => cloud.calls.ended('GET /netwroks')).toThrow(RangeError)
  })
})

describe('by hand', () => {
  it('holds, waits, tells and releases over HTTP', async () => {
    await using cloud = await startEmbeddedCloud()
    const route = 'POST /networks'
    expect(await control(cloud, 'POST holds', { route, times: 2, carriedOut: true })).toMatchObject({
      status: 201,
      json: [{ route, carriedOut: true, left: 2, held: 0 }],
    })
    const waiting = control(cloud, `GET requests?arrived=1&route=${encodeURIComponent(route)}`)
    const made = create(cloud)
    expect((await waiting).json).toMatchObject([{ route, status: null }])
    expect((await control(cloud, 'GET holds')).json).toMatchObject([{ route, left: 1, held: 1 }])
    expect((await control(cloud, 'DELETE holds?route=GET%20*')).status).toBe(204)
    const ended = control(cloud, 'GET requests?ended=1')
    expect((await control(cloud, `DELETE holds?route=${encodeURIComponent(route)}`)).status).toBe(204)
    expect((await made).status).toBe(202)
    expect((await ended).json).toMatchObject([{ route, status: 202, endedAt: expect.any(Number) }])
    expect((await control(cloud, 'GET holds')).json).toEqual([])
  })

  it('says what is wrong', async () => {
    await using cloud = await startEmbeddedCloud()
    const wrong = [
      control(cloud, 'POST holds', {}),
      control(cloud, 'POST holds', { route: 'GET /x' }),
      control(cloud, 'POST holds', { route: '*', times: 0 }),
      control(cloud, 'GET requests?arrived=some'),
      control(cloud, 'GET requests?ended=1&route=nothing'),
    ]
    for (const { status, json } of await Promise.all(wrong))
      expect([status, typeof json.error]).toEqual([400, 'string'])
    expect(cloud.calls.holds).toEqual([])
  })
})
