/**
 * What Cyclades 0.14 sends and takes, exactly as it stands on the wire (snake case, server ids as numbers, network ids
 * as strings). Each shape is a value, to check an answer with, and the type of the same name.
 *
 * Only what the gateway reads is required: a field that it does not use may be missing or of another type in some
 * deployment without harm. Unknown keys pass.
 */
import Type from 'typebox'

const Nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const Text = Type.String()
const NullableText = Nullable(Text)

/** Absolute URL of a thing; `rel` is `self`, `bookmark` or, for images, `alternate`. */
export interface WireLink {
  rel: string
  href: string
}

/** `id` is `nic-<server id>-<index>` and changes when an earlier nic of the server is removed. */
export const WireNic = Type.Object({
  id: Text,
  network_id: Text,
  /** Null while the nic is being built, which only `/servers/<id>/ips` shows. */
  mac_address: NullableText,
  ipv4: NullableText,
  ipv6: NullableText,
  /** Absent when unset: private networks have none. */
  firewallProfile: Type.Optional(NullableText),
})
export type WireNic = Type.Static<typeof WireNic>

export const WireNetwork = Type.Object({
  id: Text,
  name: Text,
  status: Text,
  public: Type.Boolean(),
  type: NullableText,
  cidr: NullableText,
  cidr6: NullableText,
  /** May be the empty string, if created so. */
  gateway: NullableText,
  gateway6: NullableText,
  dhcp: Type.Boolean(),
  created: NullableText,
  updated: NullableText,
  user_id: NullableText,
  tenant_id: NullableText,
  /** Ids of the active nics; on a public network only those of the caller's servers. */
  attachments: Type.Array(Text),
})
export type WireNetwork = Type.Static<typeof WireNetwork>

/** What a network's answer holds besides `WireNetwork`; the gateway reads none of it. */
export interface WireNetworkExtras {
  links: WireLink[]
}

export const WireServer = Type.Object({
  id: Type.Integer(),
  name: Text,
  status: Text,
  progress: Type.Optional(Nullable(Type.Number())),
  suspended: Type.Optional(Type.Boolean()),
  created: NullableText,
  updated: NullableText,
  user_id: NullableText,
  tenant_id: NullableText,
  flavor: Type.Optional(Nullable(Type.Object({ id: Type.Union([Type.Integer(), Text]) }))),
  image: Type.Optional(Nullable(Type.Object({ id: Text }))),
  metadata: Type.Optional(Type.Record(Text, Text)),
  /** Active nics only, in index order. */
  attachments: Type.Array(WireNic),
})
export type WireServer = Type.Static<typeof WireServer>

/** One address of a nic, as `addresses` and `/ips/<network id>` show it. */
export interface WireAddress {
  version: 4 | 6
  addr: string | null
  'OS-EXT-IPS:type': 'fixed'
}

/** What a server's answer holds besides `WireServer`; the gateway reads none of it. */
export interface WireServerExtras {
  hostId: string
  addresses: Record<string, WireAddress[]>
  diagnostics: WireDiagnostic[]
  security_groups: [{ name: 'default' }]
  key_name: null
  config_drive: ''
  accessIPv4: ''
  accessIPv6: ''
  links: WireLink[]
}

export interface WireDiagnostic {
  level: 'ERROR' | 'WARNING' | 'INFO' | 'DEBUG'
  source: string
  message: string
  details: string | null
  created: string
  source_date?: string
}

export const WireNetworkAnswer = Type.Object({ network: WireNetwork })
export const WireNetworksAnswer = Type.Object({ networks: Type.Array(WireNetwork) })
export type WireNetworksAnswer = Type.Static<typeof WireNetworksAnswer>
export const WireServerAnswer = Type.Object({ server: WireServer })
export const WireServersAnswer = Type.Object({ servers: Type.Array(WireServer) })
export type WireServersAnswer = Type.Static<typeof WireServersAnswer>
/** `GET /servers/<id>/ips`: nics in every state, in no promised order. */
export const WireIpsAnswer = Type.Object({ attachments: Type.Array(WireNic) })

/** `{"itemNotFound": {"code": 404, "message": "Network not found.", "details": ""}}`: one key, the fault's name. */
export const WireFault = Type.Object({
  code: Type.Optional(Type.Number()),
  message: Type.Optional(NullableText),
  details: Type.Optional(NullableText),
})
export type WireFault = Type.Static<typeof WireFault>

export interface WireCreateNetwork {
  network: {
    name: string
    type: string
    cidr?: string
    gateway?: string
    cidr6?: string
    gateway6?: string
    dhcp: boolean
  }
}

export type WireNetworkAction = { add: { serverRef: number } } | { remove: { attachment: string } }

export type WireServerAction =
  | { start: Record<string, never> }
  | { shutdown: Record<string, never> }
  | { reboot: { type: 'SOFT' | 'HARD' } }
  | { console: { type: 'vnc' } }
  | { firewallProfile: { profile: string } }
