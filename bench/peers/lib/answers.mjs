// Asks one query at a time, and says what is wrong with an answer.
import { firstDiff, fromContract } from './expected.mjs'
import { options } from './options.mjs'
import { CONTRACT_QUERIES, QUERIES } from './workloads.mjs'

export const headers = (token) => ({
  'content-type': 'application/json',
  accept: 'application/json',
  'x-auth-token': token,
})

export const queryOf = (peer, workload) => (peer.shape === 'contract' ? CONTRACT_QUERIES : QUERIES)[workload]

export async function post(url, query, token = 'bench-cold', timeoutMs = 60000) {
  const started = performance.now()
  const response = await fetch(url, {
    method: 'POST',
    headers: headers(token),
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  return { status: response.status, text, ms: performance.now() - started }
}

// Null when right; else what differs.
export function wrong({ status, text }, want, peer) {
  let got
  try {
    got = JSON.parse(text)
    if (peer.shape === 'contract' && !got.errors) got = fromContract(got)
  } catch {
    return `not JSON (status ${status}): ${text.slice(0, 160)}`
  }
  const difference = firstDiff(want, got)
  if (difference && got.errors) return `errors: ${JSON.stringify(got.errors).slice(0, 200)}`
  return status === 200 ? difference : `status ${status}`
}

// Is the answer right for every token that the load will use? Null, or what is wrong.
export async function checkTokens(peer, workload, want, mode) {
  const tokens = mode === 'distinct' ? Array.from({ length: options.connections }, (_, i) => `bench-${i}`) : ['bench']
  for (const token of tokens) {
    const difference = wrong(await post(peer.url, queryOf(peer, workload), token), want, peer)
    if (difference) return `token ${token}: ${difference}`
  }
  return null
}

// Are two tenants that ask at the same time kept apart? Null, or how many answers held the other's names.
export async function isolation(peer, workload, wantA, wantB, asked) {
  const tenant = (i) => `tenant-${i % 2 ? 'b' : 'a'}-${i}`
  const answers = await Promise.allSettled(
    Array.from({ length: asked }, (_, i) => post(peer.url, queryOf(peer, workload), tenant(i))),
  )
  const found = { asked, leaked: 0, wrong: 0, example: null }
  for (const [i, { value, reason }] of answers.entries()) {
    const difference = value ? wrong(value, i % 2 ? wantB : wantA, peer) : `failed: ${reason?.message}`
    if (!difference) continue
    const others = i % 2 ? /"a-(net|srv)-/ : /"b-(net|srv)-/
    if (value && others.test(value.text)) found.leaked++
    else found.wrong++
    found.example ??= `${tenant(i)}: ${difference}`
  }
  return found
}
