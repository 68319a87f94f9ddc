import { once } from 'node:events'
import { killGroup, spawnInTest } from './spawn.ts'
import { commandFor } from './target.ts'

/** The process as a user starts it, on free ports. It is killed when the test ends, if not before. */
export function start(args: string[] = [], env: Record<string, string> = {}) {
  const [file, ...first] = commandFor(env)
  const child = spawnInTest(file, [...first, ...args], {
    env: { PATH: process.env.PATH, PORT: '0', EMBEDDED_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }))
  /** What it says of itself, once it does. */
  const said = async (what: RegExp) => {
    while (!what.test(stdout)) {
      const more = await Promise.race([once(child.stdout, 'data'), ended])
      if ('code' in more) throw new Error(`it ended: ${stderr}`)
    }
    return what.exec(stdout)?.[1] ?? ''
  }
  return {
    child,
    ended,
    said,
    stdout: () => stdout,
    /** Where it listens. */
    url: () => said(/GraphiQL at (\S+?)"/),
    /** Of the embedded cloud. */
    cloudUrl: () => said(/embedded cloud at (\S+?)"/),
    [Symbol.asyncDispose]: async () => {
      killGroup(child)
      await ended
    },
  }
}
