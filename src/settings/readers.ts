/** Each reads the text of a setting, and throws ConfigError that names the setting and says what would be right. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { readOperations } from './persisted-operations.ts'

/** A setting that cannot be used: the message names it, says what it is and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

export const integer =
  (least: number, most: number) =>
  (text: string, name: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be a whole number from ${least} to ${most}.`)
  }

export const host = (text: string, name: string): string => {
  if (text.trim() !== '' && !/[\s/]/.test(text)) return text
  throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be a host name or an IP address.`)
}

/** Names without ports: a gateway has one, and proxies have others. */
export const hosts = listOf('host names or IP addresses without ports, such as graph.example.org', (given) => {
  const text = given.replace(/^\[(.*)\]$/, '$1')
  const isName = /^[^\s/?#@:[\]\\*]+$/.test(text) && URL.canParse(`http://${text}`)
  return isName || isIP(text) !== 0 ? text : null
})

/** As browsers write them. */
export const origins = listOf('origins of pages, such as https://app.example.org', (text) => {
  const url = URL.parse(text)
  const isWeb = (url?.protocol === 'http:' || url?.protocol === 'https:') && !url.host.includes('*')
  return isWeb && url.href === `${url.origin}/` && !/[?#]/.test(text) ? url.origin : null
})

/** Comma-separated; `read` answers null for what is none. */
function listOf(right: string, read: (text: string) => string | null) {
  return (text: string, name: string): readonly string[] =>
    text.split(',').map((part) => {
      const value = read(part.trim())
      if (value !== null) return value
      throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be ${right}; several are separated by commas.`)
    })
}

export const httpUrl =
  (right: string) =>
  (text: string, name: string): URL => {
    const wrong = (why: string) => new ConfigError(`${name} ${why}; it must be ${right}.`)
    if (!URL.canParse(text)) throw wrong(`is ${JSON.stringify(text)}, which is no URL`)
    const url = new URL(text)
    if (url.username || url.password) throw wrong('has a user or password in it')
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw wrong(`is ${JSON.stringify(text)}, which is not http or https`)
    if (url.search || url.hash) throw wrong(`is ${JSON.stringify(text)}, which has a query or a fragment`)
    return url
  }

/** A password may be in it, which no message says: what is not surely something else is left out. */
export const redisUrl = (text: string, name: string): URL => {
  const wrong = (what: string) =>
    new ConfigError(`${name} ${what}; it must be such as redis://redis.example.org:6379 or, over TLS, rediss://.`)
  if (!URL.canParse(text)) throw wrong('is no URL')
  const url = new URL(text)
  const { protocol, host, pathname, search, hash } = url
  const said = host !== '' && !pathname.includes('@') ? ` ${JSON.stringify(`${protocol}//${host}${pathname}`)}` : ''
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    throw wrong(`is${said || ' a URL'}, which is not redis or rediss`)
  if (host === '' || !/^(\/\d*)?$/.test(pathname))
    throw wrong(`is${said || ' a URL'}, which is not a host and at most the number of a database`)
  if (search || hash) throw wrong('has a query or a fragment')
  return url
}

export const onOff = (text: string, name: string): boolean => {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be on or off.`)
}

export const certificates = (path: string, name: string): string => {
  const wrong = (why: string) =>
    new ConfigError(`${name} is ${JSON.stringify(path)}, ${why}; it must be a file of certificates (PEM).`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw wrong(`which cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  try {
    createSecureContext({ ca: text })
    new X509Certificate(text)
  } catch {
    throw wrong('which has no certificate in it')
  }
  return text
}

export const operationsFile = (path: string, name: string): ReadonlyMap<string, string> => {
  try {
    return readOperations(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError(
      `${name} is ${JSON.stringify(path)}, ${why}; it must be a file like {"<id>": "query { ... }"}.`,
    )
  }
}

export const logLevel = (text: string, name: string): string => {
  if (LOG_LEVELS.includes(text)) return text
  throw new ConfigError(`${name} is ${JSON.stringify(text)}; it must be one of ${LOG_LEVELS.join(', ')}.`)
}

/** A header's value: its own text is never said in a message. */
export const token = (text: string, name: string): string => {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new ConfigError(`${name} has characters that no token has; it must be printable ASCII without spaces.`)
}
