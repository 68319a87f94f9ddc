import { isIP } from 'node:net'
import type { YogaServerInstance } from 'graphql-yoga'
import ipaddr from 'ipaddr.js'
import { arrivalOf } from '../arrival.ts'

export interface HostSettings {
  /** What the gateway listens at: a name or an address. */
  readonly host: string
  /** Further names and addresses that it may be asked by. */
  readonly allowedHosts: readonly string[]
}

const CODE = 'HOST_NOT_ALLOWED'

/** A host and perhaps a port; nothing that a URL could take for anything else. */
const HOST_AND_PORT = /^(\[[\da-f:.]+\]|[^\s/?#@:[\]\\]+)(:\d*)?$/i

const LONGEST_SHOWN = 100

/** Yoga, or what stands in front of it. */
type Handler = Pick<YogaServerInstance<object, object>, 'fetchAPI' | 'logger'> & {
  handleRequest(request: Request, ...contexts: object[]): Response | Promise<Response>
}

/**
 * Answers 421 to requests for a host that is not this gateway's. A page of evil.example can have that name lead to 127.0.0.1
 * (DNS rebinding): its requests are then of "the same origin", and only the Host header shows that they were meant for another.
 *
 * No plugin, since yoga shows GraphiQL before any. What probes ask for by address, such as /health, is answered before this.
 */
export function forOwnHost({ fetchAPI, logger, handleRequest }: Handler, settings: HostSettings): Handler {
  const isAllowed = hostCheck(settings)
  return {
    fetchAPI,
    logger,
    handleRequest(request, ...contexts) {
      const host = request.headers.get('host')
      if (host === null || isAllowed(host)) return handleRequest(request, ...contexts)
      arrivalOf(request)?.record.failed(CODE)
      const shown = JSON.stringify(host.slice(0, LONGEST_SHOWN))
      const message = `This gateway does not answer as ${shown}. If that is its name, add it to ALLOWED_HOSTS.`
      return fetchAPI.Response.json({ errors: [{ message, extensions: { code: CODE } }] }, { status: 421 })
    },
  }
}

/**
 * Loopback, HOST and ALLOWED_HOSTS, whatever the port. A gateway that listens at all addresses cannot know them all (a container's
 * host has others), so it may be asked by any; an address cannot be rebound, only a name can.
 */
export function hostCheck({ host, allowedHosts }: HostSettings): (asked: string) => boolean {
  const allowed = new Set(['localhost', ...[host, ...allowedHosts].map(canonical)])
  const isAnyAddressAllowed = ['0.0.0.0', '[::]'].includes(canonical(host))
  const isOwn = (name: string) => allowed.has(name) || isLoopback(name) || (isAnyAddressAllowed && isAddress(name))
  // Nearly all requests name the same one.
  let latest = 'localhost'
  return (asked) => {
    if (asked === latest) return true
    if (!HOST_AND_PORT.test(asked) || !isOwn(canonical(asked))) return false
    latest = asked
    return true
  }
}

/** As URLs have it, without the port: in lower case, addresses in one form, those of IPv6 in brackets. */
function canonical(host: string): string {
  const name = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}`)?.hostname ?? host.toLowerCase()
  return name.replace(/\.$/, '')
}

function isLoopback(name: string): boolean {
  const address = name.replace(/^\[(.*)\]$/, '$1')
  return isIP(address) > 0 && ipaddr.process(address).range() === 'loopback'
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || isIP(name) === 4
}
