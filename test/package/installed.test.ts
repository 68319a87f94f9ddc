/** What somebody meets who installs the package. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { start } from '../support/process.ts'
import { spawnInTest } from '../support/spawn.ts'
import { installed } from '../support/target.ts'

if (!installed) throw new Error('These tests are for npm run test:package.')
const { alone } = installed
const own = join(alone, 'node_modules/cloudnet-graphql')
const root = fileURLToPath(new URL('../..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as { version: string }

/** Runs a program of a user, in the folder that the package is installed into. */
async function runInstalled(script: string) {
  const file = join(alone, `${crypto.randomUUID()}.mjs`)
  writeFileSync(file, script)
  const child = spawnInTest(process.execPath, [file], { cwd: alone, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

const bytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    // As a disk counts, in blocks of 4 KiB.
    .reduce((sum, file) => sum + Math.ceil(lstatSync(join(file.parentPath, file.name)).size / 4096) * 4096, 0)

describe('the package', () => {
  it('takes less than 40 MB installed, with all that it needs', () => {
    expect(bytesBelow(join(alone, 'node_modules'))).toBeLessThan(40e6)
  })

  it('holds every file that its pages link to', () => {
    const pages = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
    expect(pages).toContain('README.md')
    const missing = pages.flatMap((page) =>
      [...readFileSync(join(own, page), 'utf8').matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
        .map(([, link = '']) => join(page, '..', link))
        .filter((path) => !existsSync(join(own, path)))
        .map((path) => `${path} of ${page}`),
    )
    expect(missing).toEqual([])
  })

  it('lists what its bundles hold', () => {
    const bill = JSON.parse(readFileSync(join(own, 'dist/sbom.json'), 'utf8')) as {
      bomFormat: string
      components: { name: string; version: string; licenses?: unknown }[]
    }
    expect(bill.bomFormat).toBe('CycloneDX')
    const names = bill.components.map(({ name }) => name)
    for (const name of ['graphql', 'graphql-yoga', 'undici', 'pino', 'prom-client', '@graphql-yoga/render-graphiql'])
      expect(names).toContain(name)
    expect(new Set(names.map((name, at) => `${name} ${bill.components[at]?.version}`)).size).toBe(names.length)
    expect(bill.components.filter(({ licenses }) => !licenses)).toEqual([])
  })

  it('is sound to those who look at packages', () => {
    const tool = (name: string, ...args: string[]) =>
      execFileSync(join(root, 'node_modules/.bin', name), args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
    expect(tool('publint', '--strict', own)).toContain('All good!')
    const tarball = join(alone, '..', `cloudnet-graphql-${version}.tgz`)
    tool('attw', tarball, '--profile', 'esm-only', '--exclude-entrypoints', './schema.graphql')
  })
})

describe('the installed command', () => {
  it('tells its version, alone and while it runs', async () => {
    expect(await start(['--version']).ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const gateway = start()
    const url = new URL(await gateway.url())
    const get = async (path: string) => (await request(new URL(path, url))).body.text()
    expect(JSON.parse(await get('/health/live'))).toEqual({ status: 'alive', version })
    expect(await get('/metrics')).toContain(`cloudnet_build_info{version="${version}"} 1\n`)
    expect(JSON.parse(gateway.stdout().split('\n')[0] ?? '')).toMatchObject({ version })
  })

  it('shows GraphiQL', async () => {
    const { statusCode, body } = await request(await start().url(), { headers: { accept: 'text/html' } })
    const page = await body.text()
    expect([statusCode, page.includes('<title>cloudnet-graphql</title>'), page.includes('start(')]).toEqual([
      200,
      true,
      true,
    ])
  })

  it.each([
    ['REDIS_URL', 'redis://127.0.0.1:6379', /npm install ioredis@\^5\S* @graphql-yoga\/redis-event-target@\^3\S*$/],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'http://127.0.0.1:4318',
      /npm install @opentelemetry\/api@\^1\S* .*sdk-trace@\^3\S*$/,
    ],
  ])('says in one line what to install for %s', async (name, value, expected) => {
    const child = spawnInTest(join(alone, 'node_modules/.bin/cloudnet-graphql'), [], {
      env: { PATH: process.env.PATH, PORT: '0', EMBEDDED_PORT: '0', [name]: value },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const [code] = await once(child, 'close')
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1])
    expect(stderr.trimEnd()).toMatch(expected)
  })
})

describe('the library', () => {
  it('opens a gateway over a cloud, in the process of its user, with one graphql', async () => {
    const { code, stdout, stderr } = await runInstalled(`
      import { createGateway, schema, startEmbeddedCloud, typeDefs, version } from 'cloudnet-graphql'
      import { buildSchema, isSchema, lexicographicSortSchema, printSchema } from 'graphql'
      const cloud = await startEmbeddedCloud()
      const gateway = await createGateway({ CLOUD_URL: cloud.url, CLOUD_TOKEN: cloud.token, PORT: 0 })
      const answer = await fetch(await gateway.listen(), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ networks { nodes { deletionBlockers { __typename } } } }' }),
      })
      console.log(JSON.stringify({
        answer: await answer.json(),
        isSchema: isSchema(schema),
        isSame: printSchema(lexicographicSortSchema(schema)) === typeDefs.trimEnd() && buildSchema(typeDefs) !== null,
        version,
      }))
      await gateway.close()
      await cloud.close()`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      answer: {
        data: {
          networks: {
            nodes: [{ deletionBlockers: [{ __typename: 'PublicNetworkError' }, { __typename: 'NetworkInUseError' }] }],
          },
        },
      },
      isSchema: true,
      isSame: true,
      version,
    })
  })

  it('throws a ConfigError for a setting that cannot be used', async () => {
    const { stdout } = await runInstalled(`
      import { ConfigError, createGateway } from 'cloudnet-graphql'
      for (const settings of [{ PORT: 'http' }, { WORKERS: 2 }])
        await createGateway(settings).catch((error) => console.log(error instanceof ConfigError, error.message))`)
    expect(stdout).toBe(
      'true PORT is "http"; it must be a whole number from 0 to 65535.\n' +
        'true WORKERS is for the command: a library has one process.\n',
    )
  })

  it('leaves nothing open when it cannot be opened, so that its process ends', async () => {
    const { code, stdout } = await runInstalled(`
      import { createGateway } from 'cloudnet-graphql'
      await createGateway({ REDIS_URL: 'redis://127.0.0.1:1', EMBEDDED_PORT: 0 }).catch(({ name }) => console.log(name))`)
    expect([code, stdout]).toEqual([0, 'ConfigError\n'])
  })

  it('has types that a strict compiler takes', () => {
    writeFileSync(
      join(alone, 'user.ts'),
      `import { createGateway, type EmbeddedCloud, type Gateway, schema, startEmbeddedCloud, typeDefs } from 'cloudnet-graphql'
       import { printSchema } from 'graphql'
       export const gateway: Promise<Gateway> = createGateway({ PORT: 0, SNAPSHOTS: 'off' })
       export const cloud: Promise<EmbeddedCloud> = startEmbeddedCloud({ jobDelayMs: 0 })
       export const text: string = printSchema(schema) + typeDefs
       // @ts-expect-error There is no such setting.
       createGateway({ PROT: 0 })
      `,
    )
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023,esnext.disposable',
    ]
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
    const compile = () =>
      execFileSync(join(root, 'node_modules/.bin/tsc'), [...options, ...types, 'user.ts'], {
        cwd: alone,
        stdio: 'pipe',
      })
    expect(compile).not.toThrow()
  })
})

it('has an example of the library in the README that runs as it stands', async () => {
  const [, example = ''] = /```js\n(.*?)```/s.exec(readFileSync(join(own, 'README.md'), 'utf8')) ?? []
  const { code, stdout } = await runInstalled(example)
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/graphql\n$/)])
})
