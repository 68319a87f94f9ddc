// This project's gateway as it is shipped: what its script "start" runs, variables and node's flags included.
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

function shippedCommand() {
  const { scripts } = JSON.parse(fs.readFileSync(`${root}/package.json`, 'utf8'))
  const words = scripts.start.split(/\s+/)
  const node = words.indexOf('node')
  const variables = words.slice(0, node).map((word) => word.split('='))
  if (node === -1 || variables.some(({ length }) => length !== 2)) {
    throw new Error(`cannot read the script "start" of the project: ${scripts.start}`)
  }
  return { cmd: words.slice(node), env: Object.fromEntries(variables) }
}

// Null when all is there; else what is missing.
export function missing() {
  if (!fs.existsSync(`${root}/dist/main.js`))
    return 'dist/main.js is not there: npm run build in the root of the project'
  if (!fs.existsSync(`${root}/node_modules/tsx`)) return 'tsx is not there: npm ci in the root of the project'
  return null
}

const shipped = shippedCommand()

export function ours(about, env = {}) {
  // A token of the bench asks more often than any caller may.
  const unlimited = { RATE_LIMIT_PER_MINUTE: '0' }
  return { dir: root, cmd: shipped.cmd, env: { ...shipped.env, ...unlimited, ...env }, shape: 'contract', about }
}
