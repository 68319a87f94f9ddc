import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Packs what git knows of this tree, in a copy of its own, and installs that as a user would: into an empty folder. */
export default function installPackage({ provide }: Pick<TestProject, 'provide'>): () => void {
  const place = mkdtempSync(join(tmpdir(), 'cloudnet-package-'))
  const run = (cwd: string, ...args: string[]) =>
    execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  const copy = join(place, 'copy')
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of listed.toString().split('\0')) {
    // What has been deleted since the last commit is listed as well.
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  run(copy, 'pack', '--silent', '--pack-destination', place)

  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz'))

  const install = (folder: string, ...packages: string[]) => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }))
    run(
      folder,
      'install',
      '--omit=dev',
      '--engine-strict',
      '--no-audit',
      '--no-fund',
      `${place}/${tarball}`,
      ...packages,
    )
    return folder
  }
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly peerDependencies: Readonly<Record<string, string>>
  }
  const peers = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`)
  provide('installed', {
    alone: install(join(place, 'alone')),
    withPeers: install(join(place, 'with-peers'), ...peers),
  })
  return () => rmSync(place, { recursive: true, force: true })
}
