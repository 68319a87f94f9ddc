import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)

export function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root })
}

/** Starts a built program and waits for the URL that it prints. */
export async function start(script: string, args: string[], url: RegExp) {
  const path = fileURLToPath(new URL(`dist/${script}`, root))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  for (;;) {
    const found = url.exec(printed)?.[1]
    if (found !== undefined) return { url: found, child }
    if (child.exitCode !== null) throw new Error(`${script} ended: ${printed}`)
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  }
}

/** User and system time of a process so far, in seconds; NaN where there is no /proc. */
export function cpuSeconds({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const ticksASecond = 100 // USER_HZ, the same on every Linux
    return (Number(fields[11]) + Number(fields[12])) / ticksASecond
  } catch {
    return Number.NaN
  }
}
