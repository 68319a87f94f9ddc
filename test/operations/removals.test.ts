import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { BusyError } from '../../src/cloud/errors.ts'
import { Removals } from '../../src/operations/removals.ts'
import { Deadline } from '../../src/operations/wait.ts'

/** Work that ends when told, and says when it begins and ends. */
function workshop(removals: Removals) {
  const diary: string[] = []
  const ends = new Map<string, () => void>()
  const start = (name: string, serverId = '141', options: { seconds?: number; signal?: AbortSignal } = {}) => {
    const { seconds = 60, signal } = options
    return removals.inTurn(serverId, { deadline: new Deadline(seconds), signal }, async () => {
      diary.push(`${name} begins`)
      await new Promise<void>((resolve) => ends.set(name, resolve))
      diary.push(`${name} ends`)
      return name
    })
  }
  const end = async (name: string) => {
    ends.get(name)?.()
    await tick()
  }
  return { diary, start, end }
}

describe('inTurn', () => {
  it('lets one work at a time on a server, in the order of their coming, and gives back what each answers', async () => {
    const { diary, start, end } = workshop(new Removals())
    const all = ['a', 'b', 'c'].map((name) => start(name))
    await tick()
    expect(diary).toEqual(['a begins'])
    for (const name of ['a', 'b', 'c']) await end(name)
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c'])
    expect(diary).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('lets servers go side by side', async () => {
    const { diary, start, end } = workshop(new Removals())
    const all = [start('a', '141'), start('b', '142')]
    await tick()
    expect(diary).toEqual(['a begins', 'b begins'])
    await end('b')
    await end('a')
    expect(await Promise.all(all)).toEqual(['a', 'b'])
  })

  it('goes on with the next when one fails', async () => {
    const removals = new Removals()
    const { start, end } = workshop(removals)
    const options = { deadline: new Deadline(60) }
    const failed = removals.inTurn('141', options, () => Promise.reject(new Error('no')))
    const next = start('b')
    await expect(failed).rejects.toThrow('no')
    await tick()
    await end('b')
    expect(await next).toBe('b')
  })

  it('gives up at the deadline with a BusyError, without having worked', async () => {
    const { diary, start, end } = workshop(new Removals())
    const first = start('a')
    const refusal = start('b', '141', { seconds: 0 })
    await expect(refusal).rejects.toThrow(BusyError)
    await expect(refusal).rejects.toThrow('Another removal on server 141 has not finished in time.')
    await end('a')
    await first
    expect(diary).toEqual(['a begins', 'a ends'])
  })

  it('gives up when the caller goes, without having worked', async () => {
    const { diary, start, end } = workshop(new Removals())
    const gone = new AbortController()
    const first = start('a')
    const second = start('b', '141', { signal: gone.signal })
    gone.abort()
    await expect(second).rejects.toBe(gone.signal.reason)
    await end('a')
    await first
    expect(diary).toEqual(['a begins', 'a ends'])
  })

  it.each([
    ['at its deadline', { seconds: 0 }],
    ['with its caller', { signal: AbortSignal.abort() }],
  ])('keeps those who come later waiting when one gives up its turn %s', async (_how, options) => {
    const { diary, start, end } = workshop(new Removals())
    const first = start('a')
    await expect(start('b', '141', options)).rejects.toThrow()
    const third = start('c')
    await tick()
    expect(diary).toEqual(['a begins'])
    await end('a')
    await end('c')
    expect(await Promise.all([first, third])).toEqual(['a', 'c'])
  })
})
