/** CPU and memory of a process and its children, from /proc; NaN where there is none. */
import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ, the same on every Linux. */
const TICKS_A_SECOND = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  /** Of its own, and of children that have ended and were waited for. */
  readonly ticks: number
}

function statOf(pid: number): Stat | null {
  const text = read(pid, 'stat')
  // The name of the program comes before the last bracket, and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields.length < 15) return null
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { pid, parent: Number(fields[1]), ticks }
}

/** Empty for a process that has ended. */
function read(pid: number, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function tree(root: number): Stat[] {
  const stats = pids().flatMap((pid) => statOf(pid) ?? [])
  const under = (pid: number): Stat[] =>
    stats.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...under(child.pid)])
  return [...stats.filter(({ pid }) => pid === root), ...under(root)]
}

/** User and system time of the process tree so far. */
export function cpuSeconds(root: number): number {
  const stats = tree(root)
  return stats.length === 0 ? Number.NaN : stats.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_A_SECOND
}

/** Resident memory of the process tree: now (VmRSS), or the most that each process has had (VmHWM). */
export function memoryMiB(root: number, field: 'VmRSS' | 'VmHWM'): number {
  const kiB = tree(root).map(({ pid }) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(read(pid, 'status'))?.[1]))
  return kiB.length === 0 ? Number.NaN : kiB.reduce((sum, size) => sum + size, 0) / 1024
}
