import ipaddr from 'ipaddr.js'

/** In four decimal parts. */
export const isIPv4 = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text)

/** Without a zone, which means something on one host only. */
export const isIPv6 = (text: string): boolean => ipaddr.IPv6.isValid(text) && !text.includes('%')

export const isIPv4Range = (text: string): boolean =>
  isIPv4(text.split('/', 1)[0] ?? '') && isNetworkAddress(text, ipaddr.IPv4)

/**
 * Of 64 bits. Cyclades takes others too, and then the nics of every server that is connected to such a network are stuck for good
 * (Cyclades REST 11.2).
 */
export const isIPv6Range = (text: string): boolean => text.endsWith('/64') && isNetworkAddress(text, ipaddr.IPv6)

/** A prefix in canonical form whose host bits are zero. */
function isNetworkAddress(text: string, family: typeof ipaddr.IPv4 | typeof ipaddr.IPv6): boolean {
  if (!family.isValidCIDR(text) || text.includes('%')) return false
  const [given] = family.parseCIDR(text)
  return given.toString() === family.networkAddressFromCIDR(text).toString()
}
