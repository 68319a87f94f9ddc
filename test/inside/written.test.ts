import { expect, it } from 'vitest'
import { written } from '../../src/gateway/execution/written.ts'

const bytes = Buffer.from('{"data":{"it":1}}')

it('has its data for whoever looks, and is sent as it is', () => {
  const result = written(bytes)
  const { stringify } = result // as yoga calls it
  expect([result.data, stringify()]).toEqual([{ it: 1 }, bytes])
})

it('is written again with the extensions that somebody adds', () => {
  const result = Object.assign(written(bytes), { extensions: { more: 2 } })
  expect(String(result.stringify())).toBe('{"data":{"it":1},"extensions":{"more":2}}')
})
