#!/usr/bin/env node
/** The command. Node's version is looked at first: what main.ts imports fails on an older one, with a stack that says nothing. */
const NEEDED = [22, 19] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `cloudnet-graphql: this is Node ${process.versions.node}; Node ${NEEDED.join('.')} or later is needed.\n`,
  )
  process.exit(2)
}

await import('./main.ts')
