import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser named by CHROMIUM_PATH, else one that is installed. Throws when there is none, and says how to get one. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const { CHROMIUM_PATH: named, PATH = '' } = env
  if (named) {
    if (canRun(named)) return named
    throw new Error(`CHROMIUM_PATH is ${JSON.stringify(named)}, which is no program that can be run.`)
  }
  // Some PATHs lack /usr/bin, cron's and launchd's for instance.
  const folders = new Set([...PATH.split(delimiter).filter(Boolean), '/usr/bin', '/usr/local/bin', '/snap/bin'])
  const installed = [...folders].flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const found = [...installed, ...APPLICATIONS].find(canRun)
  if (found) return found
  throw new Error(
    `The browser tests need Chromium, and there is none (${NAMES.join(', ')}). Install it, on Debian by ` +
      '`apt-get install chromium`, or set CHROMIUM_PATH to a Chromium or Chrome that you have.',
  )
}

/** Headless. The flags keep it from asking its maker's servers for anything. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox', // root, as in CI, may not have one
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
