import { readFileSync } from 'node:fs'
import type { Metafile } from 'esbuild'

/** Of a file in a package: the package's folder. Packages may lie within each other. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest

/** The packages whose code these bundles hold, as a CycloneDX 1.6 document. The same bundles give the same text. */
export function billOfMaterials(bundles: readonly Metafile[]): string {
  const inputs = bundles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => usedInputs(output.inputs)))
  const folders = new Set(inputs.flatMap((path) => PACKAGE.exec(path) ?? []))
  const components = [...folders]
    .map((folder) => componentOf(manifestOf(folder)))
    .sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1))
  const unique = components.filter((component, at) => component['bom-ref'] !== components[at - 1]?.['bom-ref'])
  const { name, version } = manifestOf('.')
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, purl: purlOf(name, version) } },
    components: unique,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** Those of which something is left in the output. */
const usedInputs = (inputs: Metafile['outputs'][string]['inputs']): string[] =>
  Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []))

/** What packages have within that came to them as a bundle: its own packages are known to their makers alone. */
const bundled: Readonly<Record<string, string>> = {
  '@graphql-yoga/render-graphiql':
    'A bundle itself: GraphiQL with React, Monaco and others, whose versions it does not tell.',
}

function componentOf({ name, version, license }: Manifest) {
  const purl = purlOf(name, version)
  const description = bundled[name]
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    ...(description && { description }),
    purl,
    ...(license && { licenses: [licenseOf(license)] }),
  }
}

/** Package URL: the @ of a scope is written %40. */
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace('@', '%40')}@${version}`

const licenseOf = (license: string) => (/[ ()]/.test(license) ? { expression: license } : { license: { id: license } })
