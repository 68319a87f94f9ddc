#!/usr/bin/env node
// Measures GraphQL gateways over REST on one fixed job. See README.md; --help lists the options.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { measure } from './lib/measure.mjs'
import { fail, options, SIZES } from './lib/options.mjs'
import { missing } from './lib/ours.mjs'
import { PEERS } from './lib/peers.mjs'
import { here } from './lib/processes.mjs'
import { markdown, rowOf } from './lib/report.mjs'

const lack = missing()
if (lack) fail(lack)

function versions() {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(here, 'package.json'), 'utf8'))
  const installed = (name) => path.join(here, 'node_modules', name, 'package.json')
  return Object.fromEntries(
    Object.keys(dependencies).map((name) => [name, JSON.parse(fs.readFileSync(installed(name), 'utf8')).version]),
  )
}

const report = {
  when: new Date().toISOString(),
  node: process.version,
  cpus: os.cpus().length,
  cpuModel: os.cpus()[0]?.model,
  command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
  loadBefore: os.loadavg()[0],
  options,
  versions: versions(),
  configs: [],
}
console.log(`${report.when.slice(0, 10)}, ${report.cpus} x ${report.cpuModel}, Node ${report.node}\n${report.command}`)

let isAllTimed = true
for (const size of options.sizes) {
  for (const delay of options.delays) {
    for (const tokens of options.tokens) {
      const rows = (await measure({ size, delay, tokens })).map(rowOf)
      const config = { size, ...SIZES[size], delay, tokens, rows }
      report.configs.push(config)
      console.log(markdown(config))
      isAllTimed &&= rows.every(({ ok, peer, workload }) => ok || PEERS[peer].cannot?.includes(workload))
    }
  }
}

if (options.out) {
  fs.mkdirSync(path.dirname(path.resolve(options.out)), { recursive: true })
  fs.writeFileSync(options.out, `${JSON.stringify(report, null, 1)}\n`)
  console.error(`wrote ${options.out}`)
}
process.exit(isAllTimed ? 0 : 1)
