import { afterAll } from 'vitest'
import { killAll } from './spawn.ts'

afterAll(killAll)
process.once('exit', killAll)
