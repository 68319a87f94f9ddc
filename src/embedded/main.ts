/** `npm run embedded`: the embedded cloud as a process of its own. */
import { type EmbeddedCloud, startEmbeddedCloud } from './cloud.ts'
import { readSettings, USAGE } from './settings.ts'

async function main(args: readonly string[]): Promise<void> {
  const settings = readSettings(args)
  if (!settings) {
    console.log(USAGE)
    return
  }
  const cloud = await startEmbeddedCloud(settings)
  console.log(greeting(cloud))
  // Once: a second Ctrl-C ends the process the hard way.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void cloud.close())
}

const greeting = ({ url, token, tokens }: EmbeddedCloud): string => `Embedded cloud at ${url}
Tokens: ${Object.entries(tokens)
  .map(([each, userId]) => `${each} (${userId})`)
  .join(', ')}
Try:    curl -s -H 'X-Auth-Token: ${token}' ${url}/networks/detail
Ctrl-C stops it.`

main(process.argv.slice(2)).catch((error: unknown) => {
  // One line: what is wrong with the flags, or why it cannot listen.
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n')
  console.error(`embedded cloud: ${line}`)
  process.exitCode = 2
})
