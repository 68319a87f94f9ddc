/** Making a network: what the request may say, in the order in which it is checked (Cyclades REST 7.1). */
import { type Answer, accepted, type Call } from './call.ts'
import type { Db, NetworkRow } from './db.ts'
import { badRequest, type Fault, forbidden, overLimit, serviceUnavailable, unexpectedError } from './faults.ts'
import { isObject, isTruthy, type JsonObject, toColumn, toNullableColumn } from './json.ts'
import { MAX_NAME_LENGTH, wireNetwork } from './networks.ts'
import { AddressPool, COMMON_MAC_PREFIX } from './pools.ts'
import { textOf } from './python.ts'
import {
  contains4,
  isAddress6,
  parseAddress4,
  parseSubnet4,
  parseSubnet6,
  type Subnet4,
  type Subnet6,
} from './subnets.ts'

const TYPES = ['CUSTOM', 'IP_LESS_ROUTED', 'MAC_FILTERED', 'PHYSICAL_VLAN']
const ENABLED_TYPES = ['MAC_FILTERED']

export function createNetwork(call: Call): Answer {
  const { db, userId, links } = call
  const wanted = readBody(call.json())
  checkType(wanted.type)
  if (isTruthy(wanted.public)) throw forbidden('Can not create a public network.')
  const cidr = wanted.cidr === undefined ? freeCidr(db, userId) : wanted.cidr
  const subnet4 = readSubnet4(cidr)
  checkGateway4(wanted.gateway, subnet4)
  const subnet6 = readSubnet6(wanted.cidr6, wanted.gateway6)
  const columns = toColumns({ ...wanted, cidr })
  const macPrefix = db.macPrefixes.take()
  if (macPrefix === null) throw serviceUnavailable('Failed to allocate network resources')
  const quotaFault = checkQuota(db, userId)
  if (quotaFault) {
    db.macPrefixes.giveBack(macPrefix)
    throw quotaFault
  }
  const network = addNetwork(db, {
    ...columns,
    ownerId: userId,
    type: String(wanted.type),
    subnet4,
    subnet6,
    macPrefix,
  })
  const echo = Object.fromEntries(ECHOED.filter((key) => key in wanted).map((key) => [key, wanted[key]]))
  return { ...accepted, json: { network: { ...wireNetwork(network, [], links), ...echo } } }
}

/** The answer shows these as they were sent, of whatever type; only a later read shows what the database made of them. */
const ECHOED = ['name', 'dhcp', 'cidr', 'cidr6', 'gateway', 'gateway6']

/**
 * What the database refuses, it refuses after all checks (2.4), and before the pool, as the transaction is rolled back.
 * Lengths of the columns: Synnefo 0.14.10 db/models.py.
 */
function toColumns({ name, cidr, cidr6, gateway, gateway6, dhcp }: JsonObject) {
  if (dhcp === null) throw unexpectedError()
  return {
    name: toColumn(name, MAX_NAME_LENGTH),
    cidr: toColumn(cidr, 32),
    cidr6: toNullableColumn(cidr6, 64),
    gateway: toNullableColumn(gateway, 32),
    gateway6: toNullableColumn(gateway6, 64),
    dhcp: dhcp === undefined || isTruthy(dhcp),
  }
}

export type NewNetwork = Pick<NetworkRow, 'ownerId' | 'name' | 'cidr' | 'subnet4'> & Partial<NetworkRow>

/** A network with what was not said as a new private one has it. The seed makes its networks here too. */
export function addNetwork(db: Db, row: NewNetwork): NetworkRow {
  const now = db.now()
  return db.networks.add({
    id: row.id ?? db.networks.newId(),
    public: false,
    type: 'MAC_FILTERED',
    status: 'ACTIVE',
    cidr6: null,
    gateway: null,
    gateway6: null,
    dhcp: true,
    subnet6: null,
    macPrefix: COMMON_MAC_PREFIX,
    addresses: new AddressPool(row.subnet4, row.gateway ?? null),
    everConnected: false,
    madeInBackend: false,
    // The row is saved again when the quota is committed. Set back, since `updated` must not lie in the future.
    created: now - 1000,
    updated: now,
    ...row,
  })
}

function readBody(body: unknown): JsonObject {
  if (!isObject(body)) throw unexpectedError()
  if (!('network' in body)) throw badRequest('Malformed request')
  const wanted = body.network
  if (!isObject(wanted)) throw unexpectedError()
  if (!('name' in wanted)) throw badRequest('Malformed request')
  return wanted
}

function checkType(type: unknown): void {
  if (type === undefined || type === null) throw badRequest("Missing request parameter 'type'")
  if (!TYPES.some((known) => known === type)) throw badRequest(`Invalid network type '${textOf(type)}'`)
  if (!ENABLED_TYPES.some((enabled) => enabled === type)) throw forbidden(`Can not create network of type '${type}'`)
}

function readSubnet4(cidr: unknown): Subnet4 {
  const subnet = parseSubnet4(cidr)
  if (!subnet) throw badRequest('Invalid network IPv4 subnet')
  // The lower bound is exclusive, the upper one is not: /23 to /29.
  if (subnet.prefixLength <= 22 || subnet.prefixLength > 29)
    throw overLimit('Unsupported network size', 'Network mask must be in range (22, 29]')
  return subnet
}

/** An empty gateway passes and stays as it is. The network's own and the broadcast address are accepted. */
function checkGateway4(gateway: unknown, subnet: Subnet4): void {
  if (!isTruthy(gateway)) return
  const address = typeof gateway === 'string' ? parseAddress4(gateway) : null
  if (address === null || !contains4(subnet, address)) throw badRequest('Invalid network IPv4 gateway')
}

/** Without `cidr6`, `gateway6` is stored unchecked. */
function readSubnet6(cidr6: unknown, gateway6: unknown): Subnet6 | null {
  if (!isTruthy(cidr6)) return null
  const subnet = parseSubnet6(cidr6)
  if (!subnet) throw badRequest('Invalid network IPv6 subnet')
  if (isTruthy(gateway6) && !(typeof gateway6 === 'string' && isAddress6(gateway6) && subnet.contains(gateway6)))
    throw badRequest('Invalid network IPv6 gateway')
  return subnet
}

/**
 * The next free 192.168.N.0/24 of the tenant, as the tutorial shows it. On purpose: Cyclades 0.14 gives 192.168.1.0/24
 * to every network created without a cidr. So does this one when all 255 are used.
 */
function freeCidr(db: Db, userId: string): string {
  const used = db.networks.ownedBy(userId).filter(({ status }) => status !== 'DELETED')
  for (let n = 1; n <= 255; n++) {
    const first = ((192 << 24) >>> 0) + (168 << 16) + (n << 8)
    if (!used.some(({ subnet4 }) => subnet4.first < first + 256 && first < subnet4.first + subnet4.size))
      return `192.168.${n}.0/24`
  }
  return '192.168.1.0/24'
}

/** Charged with the request; counting rows returns it when a deletion completes, and not before. */
function checkQuota(db: Db, userId: string): Fault | null {
  const used = db.networks.ownedBy(userId).filter(({ status }) => status !== 'DELETED').length
  const available = Math.max(0, db.privateNetworkQuota - used)
  if (available > 0) return null
  return overLimit(
    'Resource Limit Exceeded for your account.',
    `Limit for resource 'Private Network' exceeded for your account. Available: ${available}, Requested: 1`,
  )
}
