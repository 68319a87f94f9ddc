import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/** Characters of all documents that are kept parsed; each takes 80 bytes of memory, 330 in the densest text there is. */
const MOST_CHARACTERS = 2 ** 19

/**
 * Parsed documents by their text. Yoga's own caches hold so many of them, however large; and the errors of texts that do
 * not parse, which cost little to find again, under texts as long as a body may be.
 */
export function documentCaches() {
  return {
    documentCache: new LRUCache<string, DocumentNode>({
      maxSize: MOST_CHARACTERS,
      sizeCalculation: (_document, text) => text.length || 1,
    }),
    errorCache: { get: () => undefined, set: () => {} },
  }
}
