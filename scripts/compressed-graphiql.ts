import { writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'esbuild'

const FILE = 'graphiql.json.br'

/**
 * GraphiQL's code is 9 MB of text in one module of `@graphql-yoga/render-graphiql`: it is kept compressed beside the bundle, 2 MB,
 * and unpacked when the page is first asked for.
 */
export const compressedGraphiql = (outdir: string): Plugin => ({
  name: 'compressed-graphiql',
  setup: ({ onLoad }) =>
    onLoad({ filter: /render-graphiql\/esm\/graphiql\.js$/ }, async ({ path }) => {
      const texts = (await import(path)) as Record<string, string>
      // The best quality takes half a minute for a tenth less.
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 }
      writeFileSync(`${outdir}/${FILE}`, brotliCompressSync(JSON.stringify({ ...texts }), { params }))
      return {
        contents: `
          import { readFileSync } from 'node:fs'
          import { brotliDecompressSync } from 'node:zlib'
          const compressed = readFileSync(new URL('./${FILE}', import.meta.url))
          export const { ${Object.keys(texts).join(', ')} } = JSON.parse(brotliDecompressSync(compressed).toString())`,
      }
    }),
})
