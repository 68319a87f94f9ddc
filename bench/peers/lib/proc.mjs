// CPU and memory of a process tree, from /proc.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

const HZ = Number(execFileSync('getconf', ['CLK_TCK']).toString()) || 100

function stat(pid) {
  let s
  try {
    s = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  const f = s.slice(s.lastIndexOf(')') + 2).split(' ') // f[0] is field 3 (state)
  return { ppid: Number(f[1]), own: Number(f[11]) + Number(f[12]), waited: Number(f[13]) + Number(f[14]) }
}

export function tree(root) {
  const kids = new Map()
  const stats = new Map()
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const s = stat(name)
    if (!s) continue
    const pid = Number(name)
    stats.set(pid, s)
    if (!kids.has(s.ppid)) kids.set(s.ppid, [])
    kids.get(s.ppid).push(pid)
  }
  const out = []
  const todo = [root]
  while (todo.length) {
    const pid = todo.pop()
    const s = stats.get(pid)
    if (!s) continue
    out.push({ pid, ...s })
    todo.push(...(kids.get(pid) || []))
  }
  return out
}

// CPU seconds used so far by the tree (ended and waited-for children included).
export const cpuSeconds = (root) => tree(root).reduce((sum, p) => sum + p.own + p.waited, 0) / HZ

export function rssBytes(root) {
  let sum = 0
  for (const { pid } of tree(root)) {
    try {
      sum += Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] || 0) * 1024
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum
}
