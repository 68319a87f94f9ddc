/**
 * Builds what is installed and what `npm start` runs, into dist:
 *
 * - cli.js and main.js, the command: all that it needs in one file (Node opens 1,900 for the same in single ones, which takes
 *   longer than all the rest of the start), and one for each part that is loaded only when it is wanted;
 * - index.js, the library. The packages of package.json's `dependencies` and graphql stay packages, as a second copy of graphql in
 *   a process does not work; the others, which nobody sees, are within, as they are in the command;
 * - graphiql.js, GraphiQL's page, which both load when a browser first asks for it;
 * - types/, the library's types;
 * - sbom.json, the packages that these files hold.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { billOfMaterials } from './bill-of-materials.ts'
import { compressedGraphiql } from './compressed-graphiql.ts'
import { publishDeclarations } from './declarations.ts'

const outdir = 'dist'
const graphiql = '@graphql-yoga/render-graphiql'
const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as Readonly<Record<'dependencies' | 'peerDependencies' | 'peerDependenciesMeta', object>>
/** Whoever wants what they are for installs them. */
const optional = Object.keys(peerDependenciesMeta)

const shared = {
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  sourcemap: true,
  // The notices of what is within go beside it.
  legalComments: 'linked',
  metafile: true,
} as const satisfies BuildOptions

/** For CommonJS within, which asks for Node's own modules. */
const banner = { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" }

const promiseHelpers = fileURLToPath(new URL('promise-helpers.ts', import.meta.url))
const newerPromiseHelpers: Plugin = {
  name: 'newer-promise-helpers',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@whatwg-node\/promise-helpers$/ }, ({ importer }) =>
      importer === promiseHelpers ? null : { path: promiseHelpers },
    ),
}

/** prom-client asks for it at its start, where it only looks whether somebody traces: that copy is within. */
const openTelemetryWithin: Plugin = {
  name: 'opentelemetry-within',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@opentelemetry\/api$/ }, ({ importer }) =>
      importer.includes('/prom-client/') ? { path: fileURLToPath(import.meta.resolve('@opentelemetry/api')) } : null,
    ),
}

/** One page for both. */
const graphiqlBeside: Plugin = {
  name: 'graphiql-beside',
  setup: ({ onResolve }) =>
    onResolve({ filter: new RegExp(`^${graphiql}$`) }, () => ({ path: './graphiql.js', external: true })),
}

rmSync(outdir, { recursive: true, force: true })
mkdirSync(outdir)
const command = await build({
  ...shared,
  entryPoints: ['src/cli.ts', 'src/main.ts'],
  splitting: true,
  external: optional,
  plugins: [newerPromiseHelpers, openTelemetryWithin, graphiqlBeside],
  banner,
})
const library = await build({
  ...shared,
  entryPoints: ['src/index.ts'],
  splitting: true,
  chunkNames: 'library-[hash]',
  external: [...Object.keys(dependencies), ...Object.keys(peerDependencies)],
  plugins: [openTelemetryWithin, graphiqlBeside],
  banner,
})
const page = await build({ ...shared, entryPoints: { graphiql }, plugins: [compressedGraphiql(outdir)], banner })
execFileSync('tsc', ['--project', 'tsconfig.types.json'], { stdio: 'inherit' })
publishDeclarations(`${outdir}/types`, 'index.d.ts')

writeFileSync(`${outdir}/sbom.json`, billOfMaterials([command.metafile, library.metafile, page.metafile]))
