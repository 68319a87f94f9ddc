import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { expectRename, other, rename, startPlace } from './replicas.ts'

it('never hands Redis a token, nor a digest that could be made without its secret', async () => {
  await using place = await startPlace()
  const { cloud, redis } = place
  const heard: string[] = []
  const monitor = await redis.connect().monitor()
  monitor.on('monitor', (_time: string, args: string[]) => heard.push(args.join(' ')))
  const looker = redis.connect()
  await looker.psubscribe('*')
  looker.on('pmessage', (...message: string[]) => heard.push(message.join(' ')))

  const replicas = [await place.replica(), await place.replica()]
  for (const replica of replicas) {
    const [mine, theirs] = [await replica.subscribe(), await replica.subscribe(other)]
    rename(cloud, 141, `mine ${replicas.indexOf(replica)}`)
    await expectRename(mine, 141, `mine ${replicas.indexOf(replica)}`)
    rename(cloud, 140, `theirs ${replicas.indexOf(replica)}`)
    await expectRename(theirs, 140, `theirs ${replicas.indexOf(replica)}`)
  }
  const reader = redis.connect()
  for (const key of await reader.keys('*')) heard.push(`${key} ${await reader.get(key)}`)
  for (const client of [monitor, looker, reader]) client.disconnect()

  const all = heard.join('\n')
  for (const proof of ['set cloudnet:', 'get cloudnet:', 'publish cloudnet:', ':news {"id"', ':lease ']) {
    expect(all).toContain(proof)
  }
  for (const token of Object.keys(cloud.tokens)) {
    expect(all).not.toContain(token)
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'])
        expect(all).not.toContain(hash(algorithm, token, form))
      expect(all).not.toContain(Buffer.from(token).toString(form).replace(/=+$/, ''))
    }
  }
})
