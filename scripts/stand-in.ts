import { fileURLToPath } from 'node:url'

/** A module of ours that stands in another's place, in what is built and in what is tested. It imports what it stands for. */
export const standIn = {
  for: /^@whatwg-node\/promise-helpers$/,
  file: fileURLToPath(new URL('../src/gateway/promise-helpers.ts', import.meta.url)),
}
