/** Reading of addresses and subnets the way Python's `ipaddr` reads them: stricter than ipaddr.js is by itself. */
import ipaddr from 'ipaddr.js'

/** `first` is the network's own address as a number; `size` counts all addresses. */
export interface Subnet4 {
  first: number
  size: number
  prefixLength: number
}

export interface Subnet6 {
  parts: readonly number[]
  prefixLength: number
  contains(address: string): boolean
}

/** Null when it is no dotted quad. Octal, hexadecimal and short forms are none. */
export function parseAddress4(text: string): number | null {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return null
  return ipaddr.IPv4.parse(text).octets.reduce((number, octet) => number * 256 + octet, 0)
}

export function formatAddress4(number: number): string {
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`
}

/**
 * Null for a bad one or one with host bits. Without a prefix, and for a whole number, it is a single address (/32); a
 * dotted mask counts as a prefix (Cyclades REST 7.1).
 */
export function parseSubnet4(value: unknown): Subnet4 | null {
  if (typeof value === 'boolean' || Number.isInteger(value)) {
    const first = Number(value)
    return first >= 0 && first < 2 ** 32 ? { first, size: 1, prefixLength: 32 } : null
  }
  if (typeof value !== 'string') return null
  const [address = '', mask = '32', ...rest] = value.split('/')
  const first = parseAddress4(address)
  const prefixLength = parseMask4(mask)
  if (first === null || prefixLength === null || rest.length > 0) return null
  const size = 2 ** (32 - prefixLength)
  return first % size === 0 ? { first, size, prefixLength } : null
}

function parseMask4(mask: string): number | null {
  const length = parsePrefixLength(mask, 32)
  if (length !== null) return length
  return ipaddr.IPv4.isValidFourPartDecimal(mask) ? ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() : null
}

/** By Python's `int`: blanks around it and a sign are fine. */
function parsePrefixLength(text: string, longest: number): number | null {
  const length = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : -1
  return length >= 0 && length <= longest ? length : null
}

export const contains4 = (subnet: Subnet4, address: number): boolean =>
  address >= subnet.first && address < subnet.first + subnet.size

/** Null for a bad one or one with host bits. Without a prefix, and for a whole number, it is a single address (/128). */
export function parseSubnet6(value: unknown): Subnet6 | null {
  if (typeof value === 'boolean' || Number.isInteger(value)) return numberedSubnet6(Number(value))
  if (typeof value !== 'string') return null
  const [address = '', mask = '128', ...rest] = value.split('/')
  const prefixLength = parsePrefixLength(mask, 128)
  if (!isAddress6(address) || prefixLength === null || rest.length > 0) return null
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefixLength}`)
  const parsed = ipaddr.IPv6.parse(address)
  return network.toString() === parsed.toString() ? subnet6(parsed, prefixLength) : null
}

function numberedSubnet6(number: number): Subnet6 | null {
  if (number < 0 || number >= 2 ** 128) return null
  const digits = BigInt(number).toString(16).padStart(32, '0')
  const parts = digits.match(/.{4}/g) ?? []
  return subnet6(new ipaddr.IPv6(parts.map((part) => Number.parseInt(part, 16))), 128)
}

const subnet6 = (address: ipaddr.IPv6, prefixLength: number): Subnet6 => ({
  parts: address.parts,
  prefixLength,
  contains: (other) => isAddress6(other) && ipaddr.IPv6.parse(other).match(address, prefixLength),
})

/** A zone (`fe80::1%eth0`) is legal to ipaddr.js and unknown to `ipaddr`. */
export const isAddress6 = (text: string): boolean => !text.includes('%') && ipaddr.IPv6.isValid(text)

/** The address that a nic gives itself in a /64 (EUI-64): the MAC with `ff:fe` in its middle and one bit turned. */
export function eui64(subnet: Subnet6, mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((octet) => Number.parseInt(octet, 16))
  const host = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f]
  return new ipaddr.IPv6([...subnet.parts.slice(0, 4), ...host]).toString()
}
