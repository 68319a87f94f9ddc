import { execFileSync } from 'node:child_process'

/** Once, before all tests: several start what users start, which is the built code, of this very source. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: new URL('../..', import.meta.url), stdio: 'inherit' })
}
