// This project's gateway as it is shipped: what `npm start` runs.
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

// Null when all is there; else what is missing.
export function missing() {
  if (!fs.existsSync(`${root}/dist/cli.js`)) return 'dist/cli.js is not there: npm run build in the root of the project'
  if (!fs.existsSync(`${root}/node_modules/undici`)) return 'undici is not there: npm ci in the root of the project'
  return null
}

const { scripts } = JSON.parse(fs.readFileSync(`${root}/package.json`, 'utf8'))

export function ours(about, env = {}) {
  // A token of the bench asks more often than any caller may.
  const unlimited = { RATE_LIMIT_PER_MINUTE: '0' }
  return { dir: root, cmd: scripts.start.split(' '), env: { ...unlimited, ...env }, shape: 'contract', about }
}
