import type { IdSyntax } from '../cloud.ts'
import { canonicalMac, parseNicId } from './mapping.ts'

/** Fifteen digits at most: a server's id travels as a JSON number, exact up to 2^53. No leading zeros: one spelling. */
const isNumber = (text: string) => /^(0|[1-9]\d{0,14})$/.test(text)

/** Ids as Cyclades writes them: numbers, `nic-<server>-<index>`, and the MAC as a nic's key (Cyclades REST 6.1, 6.5). */
export const cycladesIds: IdSyntax = {
  isNetworkId: isNumber,
  isServerId: isNumber,
  isNicId: (text) => parseNicId(text) !== null,
  isNicKey: (text) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text),
  canonicalNicKey: canonicalMac,
  serverIdOfNic: (nicId) => parseNicId(nicId)?.serverId ?? null,
}
