/** Dialect to factory: the one place that knows which clouds there are. */
import type { BackendSettings } from './backend-settings.ts'
import type { Backend } from './cloud.ts'
import { createCycladesBackend } from './cyclades/cyclades.ts'

const backends: Readonly<Record<string, (settings: BackendSettings) => Backend>> = {
  cyclades: createCycladesBackend,
}

/** Throws on a dialect that is none: settings are checked before. */
export function createBackend(settings: BackendSettings): Backend {
  const create = backends[settings.info.dialect]
  if (!create) throw new RangeError(`unknown dialect ${settings.info.dialect}`)
  return create(settings)
}
