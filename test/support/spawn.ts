import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'

/**
 * A process that ends with the test that starts it, and with it all that it has started: also when the test fails, or takes
 * too long, which disposes of nothing.
 */
export const spawnInTest = ((command: string, args: readonly string[], options: SpawnOptions) => {
  const child = spawn(command, args, { ...options, detached: true }) // it leads a process group
  onTestFinished(() => killGroup(child))
  return child
}) as typeof spawn

/** Kills it and what it has started, if it runs. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {} // all have ended
}
