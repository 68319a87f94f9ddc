import { execFileSync } from 'node:child_process'

/** Tests of the process start what users start: the built code, of this very source. Once, before all tests. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: new URL('../..', import.meta.url), stdio: 'inherit' })
}
