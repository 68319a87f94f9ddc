import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

const running = new Set<ChildProcess>()

/**
 * A process that outlives no file of tests, nor does anything that it has started: also when a test fails or takes too long,
 * which disposes of nothing. Not bound to a single test, as several may run side by side, and vitest cannot tell whose it is then.
 */
export const spawnInTest = ((command: string, args: readonly string[], options: SpawnOptions) => {
  const child = spawn(command, args, { ...options, detached: true }) // it leads a process group
  running.add(child)
  return child
}) as typeof spawn

/** Kills it and what it has started, if it runs. */
export function killGroup(child: ChildProcess): void {
  running.delete(child)
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {} // all have ended
}

/** What the tests of this file have left. */
export function killAll(): void {
  for (const child of running) killGroup(child)
}
