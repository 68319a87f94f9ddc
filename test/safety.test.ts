import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { domainErrors } from '../src/cloud/errors.ts'
import { schema } from '../src/schema/index.ts'

const source = new URL('../src/', import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const read = (name: string) => readFileSync(new URL(name, source), 'utf8')
const filesWith = (pattern: RegExp) => files.filter((name) => pattern.test(read(name))).sort()

describe('what a linter cannot say', () => {
  it('lets two files alone open the embedded cloud: the command, and the library that has it to offer', () => {
    expect(filesWith(/['"](\.\.?\/)+embedded\//)).toEqual(['index.ts', 'open-cloud.ts'])
  })

  it("lets the embedded cloud know nothing of ours but the wire's types", () => {
    const imports = files
      .filter((name) => name.startsWith('embedded/'))
      .flatMap((name) => [...read(name).matchAll(/^(import|export).*from '(\.\.\/[^']+)'/gm)].map(([line]) => line))
    for (const line of imports) expect(line).toMatch(/^(import|export) type .*'\.\.\/cloud\/cyclades\/wire\.ts'/)
  })

  it('lets config alone read the environment', () => {
    expect(filesWith(/process\.env/)).toEqual(['config.ts'])
  })

  it('lets backends alone choose a dialect', () => {
    const outside = filesWith(/['"].*\/cyclades\//).filter(
      (name) => !name.startsWith('cloud/cyclades/') && !name.startsWith('embedded/'),
    )
    expect(outside).toEqual(['cloud/backends.ts'])
  })

  it('lets one file alone open what Redis shares, and only when it is wanted', () => {
    expect(
      filesWith(/(from |import\()['"](ioredis|@graphql-yoga\/redis-event-target)['"]/).map(
        (name) => name.split('/')[0],
      ),
    ).toEqual(Array(4).fill('shared-state'))
    expect(filesWith(/['"].*\/shared-state\//).filter((name) => !name.startsWith('shared-state/'))).toEqual([
      'serve.ts',
    ])
    expect(
      [...read('serve.ts').matchAll(/^.*\/shared-state\/.*$/gm)].map(([line]) => line.trim().slice(0, 12)),
    ).toEqual(['import type ', 'const { open'])
  })

  it('depends on the name of no function or class, which a bundler may change', () => {
    expect(filesWith(/\bnew\.target\b|\bconstructor\.name\b|\b[A-Z]\w*(Error|Fault|Answer)\.name\b/)).toEqual([])
  })

  it('never fetches: fetch repeats a request answered 421, and follows redirects with the token', () => {
    expect(filesWith(/\bfetch\(/).filter((name) => name.startsWith('cloud/'))).toEqual([])
  })
})

describe('SECURITY.md', () => {
  it('names tests that there are', () => {
    const page = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8')
    const rows = page.split('\n').filter((line) => /^\| (?!threat|---)/.test(line))
    const named = rows.flatMap((row) =>
      [...(row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    )
    expect(named.length).toBeGreaterThanOrEqual(rows.length)
    const tests = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
    const missing = named.filter(
      (name) =>
        !tests.some((file) => file === `${name}.test.ts` || (file.startsWith(`${name}/`) && file.endsWith('.test.ts'))),
    )
    expect(missing).toEqual([])
  })
})

describe('the schema', () => {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const ours = types.filter(({ name }) => !['ID', 'String', 'Int', 'Float', 'Boolean'].includes(name))

  it('describes every type, field, argument, input field and enum value', () => {
    const silent: string[] = []
    const check = (name: string, { description }: { description?: string | null | undefined }) => {
      if (!description) silent.push(name)
    }
    for (const type of ours) {
      check(type.name, type)
      if ('getValues' in type) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value)
      if (!('getFields' in type)) continue
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field)
        if ('args' in field) for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg)
      }
    }
    expect(silent).toEqual([])
  })

  it('has every error in docs/errors.md, with its code', () => {
    const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
    const titles = [...page.matchAll(/^### (.*)$/gm)].map(([, title]) => title).sort()
    const code = (name: string) =>
      name
        .replace(/Error$/, '')
        .replace(/(?<=.)([A-Z])/g, '_$1')
        .toUpperCase()
    expect(titles).toEqual(domainErrors.map(({ name }) => `\`${name}\` \`${code(name)}\``).sort())
  })

  it('has a type and a code for every error there is, under the same name', () => {
    const names = ours.filter(
      (type) => 'getInterfaces' in type && type.getInterfaces().some(({ name }) => name === 'Error'),
    )
    expect(names.map(({ name }) => name).sort()).toEqual(domainErrors.map(({ name }) => name).sort())
  })
})
