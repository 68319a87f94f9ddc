/** Dialect to factory: the one place that knows which clouds there are. */
import type { Backend, CloudInfo } from './cloud.ts'
import { createCycladesBackend } from './cyclades/cyclades.ts'

export interface BackendSettings {
  readonly url: URL
  /** One attempt of a call, reading the body included. */
  readonly timeoutMs: number
  readonly maxAnswerBytes: number
  readonly info: CloudInfo
}

const backends: Readonly<Record<string, (settings: BackendSettings) => Backend>> = {
  cyclades: createCycladesBackend,
}

/** Throws on a dialect that is none: settings are checked before. */
export function createBackend(settings: BackendSettings): Backend {
  const create = backends[settings.info.dialect]
  if (!create) throw new RangeError(`unknown dialect ${settings.info.dialect}`)
  return create(settings)
}
