import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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

  const user = join(place, 'user')
  mkdirSync(user)
  writeFileSync(join(user, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz'))
  run(user, 'install', '--omit=dev', '--engine-strict', '--no-audit', '--no-fund', `${place}/${tarball}`)
  provide('installed', user)
  return () => rmSync(place, { recursive: true, force: true })
}
