/**
 * Builds what `npm start` runs: one file, and one for each part that is loaded only when it is wanted. Node opens 1,900 files
 * for the same in single ones, which takes longer than all the rest of the start. `npm run types` looks at the types.
 */
import { readdirSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { standIn } from './stand-in.ts'

const outdir = 'dist'

/** Loaded only when they are wanted, and large or rarely so: these stay what was installed. */
const external = ['@graphql-yoga/redis-event-target', '@graphql-yoga/render-graphiql', 'ioredis', 'pino-pretty']

const withStandIn: Plugin = {
  name: 'stand-in',
  setup: ({ onResolve }) =>
    onResolve({ filter: standIn.for }, ({ importer }) => (importer === standIn.file ? null : { path: standIn.file })),
}

const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  sourcemap: true,
  // The notices of what is within go beside it.
  legalComments: 'linked',
  external,
  plugins: [withStandIn],
  // For CommonJS within, which asks for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  metafile: true,
})

/** The rest is of earlier builds. */
const made = new Set(Object.keys(metafile.outputs).map((file) => basename(file)))
for (const name of readdirSync(outdir)) if (!made.has(name)) rmSync(`${outdir}/${name}`, { recursive: true })
