/** The fixed upstream's cloud, as Cyclades 0.14 would send it. The same size gives the same bytes, every time. */

export interface Size {
  readonly networks: number
  readonly servers: number
}

interface Link {
  readonly href: string
  readonly rel: string
}

export interface Attachment {
  readonly id: string
  readonly network_id: string
  readonly mac_address: string
  readonly ipv4: string | null
  readonly ipv6: null
  readonly firewallProfile: string
}

/** The keys that the floor reads by name; the others are there to be parsed, as in a real answer. */
export interface Network {
  readonly id: string
  readonly name: string
  readonly cidr: string | null
  readonly status: string
  readonly public: boolean
  readonly attachments: string[]
  readonly [key: string]: unknown
}

export interface Server {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly attachments: readonly Attachment[]
  readonly [key: string]: unknown
}

const NICS_A_SERVER = 3
const FIRST_SERVER = 141
const FIRST_DAY = Date.UTC(2013, 5, 19, 13, 54, 57)

/** Every name begins with the tenant's tag, so that an answer with another tenant's data in it can be told. */
export function generate({ networks: networkCount, servers: serverCount }: Size, tag: string) {
  const random = mulberry32(108)
  const networks = Array.from({ length: networkCount }, (_, i) => createNetwork(i + 1, tag))
  const servers = Array.from({ length: serverCount }, (_, i) => {
    const id = FIRST_SERVER + i
    const attachments: Attachment[] = []
    for (let k = 0; k < NICS_A_SERVER; k++) {
      // The last network stays empty, an edge that every gateway must get right.
      const network = networks[Math.floor(random() * Math.max(1, networkCount - 1))]
      if (network === undefined) continue
      attachments.push(createAttachment(id, i, k, network.id))
      network.attachments.push(`nic-${id}-${k}`)
    }
    return createServer(id, i, tag, attachments)
  })
  return { networks, servers }
}

function createNetwork(i: number, tag: string): Network {
  const id = String(i)
  return {
    id,
    name: `${tag}net-${i}`,
    links: links('networks', id),
    user_id: 'u',
    tenant_id: 'u',
    cidr: i % 17 === 0 ? null : `192.168.${i % 256}.0/24`,
    cidr6: null,
    gateway: null,
    gateway6: null,
    dhcp: i % 3 === 0,
    type: 'MAC_FILTERED',
    updated: minute(i),
    created: minute(i),
    status: i % 11 === 0 ? 'PENDING' : 'ACTIVE',
    public: i % 10 === 1,
    attachments: [],
  }
}

function createServer(id: number, i: number, tag: string, attachments: Attachment[]): Server {
  const flavor = 1 + (i % 4)
  const image = 'b3e68235-3abd-4d60-adfe-1379a4f8d3fe'
  return {
    id,
    name: `${tag}srv-${id}`,
    links: links('servers', String(id)),
    user_id: 'u',
    tenant_id: 'u',
    status: i % 13 === 5 ? 'STOPPED' : 'ACTIVE',
    progress: 100,
    hostId: '',
    updated: minute(i),
    created: minute(i),
    flavor: { id: flavor, links: links('flavors', String(flavor)) },
    image: { id: image, links: links('images', image) },
    suspended: false,
    metadata: {},
    attachments,
    addresses: {},
    diagnostics: [],
    security_groups: [{ name: 'default' }],
    key_name: null,
    config_drive: '',
    accessIPv4: '',
    accessIPv6: '',
  }
}

function createAttachment(serverId: number, i: number, k: number, networkId: string): Attachment {
  return {
    id: `nic-${serverId}-${k}`,
    network_id: networkId,
    mac_address: `aa:00:${hexByte(i >> 8)}:${hexByte(i)}:0d:${hexByte(k)}`,
    ipv4: k === 2 && i % 7 === 0 ? null : `10.${k}.${(i >> 8) & 255}.${i & 255}`,
    ipv6: null,
    firewallProfile: 'DISABLED',
  }
}

const hexByte = (n: number) => (n & 255).toString(16).padStart(2, '0')
/** In Cyclades' own spelling: microseconds, and an offset for a Z. */
const minute = (i: number) => new Date(FIRST_DAY + i * 60_000).toISOString().replace('Z', '672+00:00')
const links = (kind: string, id: string): Link[] =>
  ['self', 'bookmark'].map((rel) => ({ href: `https://cyclades.example.org/compute/v2.0/${kind}/${id}`, rel }))

/** A random number generator of known seed. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
