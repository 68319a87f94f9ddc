/**
 * Builds what `npm start` runs: one file, and one for each part that is loaded only when it is wanted. Node opens 1,900 files
 * for the same in single ones, which takes longer than all the rest of the start. `npm run types` looks at the types.
 */
import { readdirSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const outdir = 'dist'

/** Loaded only when they are wanted, and large or rarely so: these stay what was installed. */
const external = ['@graphql-yoga/redis-event-target', '@graphql-yoga/render-graphiql', 'ioredis', 'pino-pretty']

const promiseHelpers = fileURLToPath(new URL('promise-helpers.ts', import.meta.url))

const newerPromiseHelpers: Plugin = {
  name: 'newer-promise-helpers',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@whatwg-node\/promise-helpers$/ }, ({ importer }) =>
      importer === promiseHelpers ? null : { path: promiseHelpers },
    ),
}

const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  sourcemap: true,
  // The notices of what is within go beside it.
  legalComments: 'linked',
  external,
  plugins: [newerPromiseHelpers],
  // For CommonJS within, which asks for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  metafile: true,
})

/** The rest is of earlier builds. */
const made = new Set(Object.keys(metafile.outputs).map((file) => basename(file)))
for (const name of readdirSync(outdir)) if (!made.has(name)) rmSync(`${outdir}/${name}`, { recursive: true })
