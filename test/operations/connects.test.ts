import { describe, expect, it } from 'vitest'
import type { Nic } from '../../src/cloud/model.ts'
import { Connects } from '../../src/operations/connects.ts'

const nics = (...keys: string[]) => keys.map((key) => ({ key, serverId: '141', networkId: '3' }) as Nic)

function start() {
  const connects = new Connects()
  const send = (before: Nic[] = [], { serverId = '141', networkId = '3' } = {}) => {
    const connect = connects.started(serverId, networkId, 'me')
    connect.sending(before)
    return connect
  }
  const see = (...keys: string[]) => connects.seen('141', { nics: nics(...keys), lookedAt: performance.now() })
  const underWay = (lookedAt = performance.now(), building = 0) =>
    connects.underWay('141', { lookedAt, building: nics(...Array<string>(building).fill('')) })
  return { connects, send, see, underWay }
}

describe('what is under way to a server', () => {
  it('is what was sent and not refused', () => {
    const { send, underWay } = start()
    send()
    send([], { networkId: '4' })
    send([], { serverId: '142' })
    expect(underWay()).toBe(2)
    send().refused()
    expect(underWay()).toBe(2)
    send().unknown()
    expect(underWay()).toBe(3)
  })

  it('ends one by one, as their nics show', () => {
    const { send, see, underWay } = start()
    send(nics('old'))
    send(nics('old'))
    see('old')
    expect(underWay()).toBe(2)
    see('old', 'one')
    expect(underWay()).toBe(1)
    see('old', 'one')
    expect(underWay()).toBe(1)
    see('old', 'one', 'other')
    expect(underWay()).toBe(0)
  })

  it('ends where it is known to be before what the cloud may never have had', () => {
    const { connects, send, see, underWay } = start()
    send().unknown()
    const taken = connects.started('141', '3', 'me')
    taken.sending([])
    expect(taken.isOnly()).toBe(true)
    see('new')
    expect(underWay()).toBe(1)
    expect(taken.isOthers(nics('new')[0] as Nic)).toBe(false)
  })

  it('is not what a look has shown as being built', () => {
    const { send, underWay } = start()
    send().accepted()
    send()
    const lookedAt = performance.now() + 1
    expect([0, 1, 2].map((building) => underWay(lookedAt, building))).toEqual([2, 1, 1])
  })

  it('ends where somebody has waited in vain only after all others', () => {
    const { send, see, connects } = start()
    send().gaveUp()
    const later = connects.started('141', '3', 'me')
    later.sending([])
    see('new')
    expect(later.isOthers(nics('new')[0] as Nic)).toBe(false)
  })

  it('was until its end was seen', () => {
    const { send, see, underWay } = start()
    const before = performance.now()
    send()
    see('new')
    expect([underWay(before), underWay()]).toEqual([1, 0])
  })

  it('does not end by a look that began before it was sent', () => {
    const { connects, send, underWay } = start()
    const lookedAt = performance.now() - 1
    send()
    connects.seen('141', { nics: nics('gone since'), lookedAt })
    expect(underWay()).toBe(1)
  })
})

it('tells of several to one network, as long as one of them is under way', () => {
  const { connects, send, see } = start()
  send()
  send()
  const pendingOf = (shown: number) => connects.pendingOn('3', 'me', () => shown)
  expect(pendingOf(0)).toEqual(['141'])
  see('one')
  expect(pendingOf(1)).toEqual(['141'])
  expect(connects.pendingOn('3', 'another', () => 1)).toEqual([])
  see('one', 'other')
  expect(pendingOf(2)).toEqual([])
})
