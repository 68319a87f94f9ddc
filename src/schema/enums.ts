/** The values that come from the cloud, in the cloud's spelling. */
import { builder } from './builder.ts'

export const NetworkStatus = builder.enumType('NetworkStatus', {
  description: 'Where a network is in its life.',
  values: {
    PENDING: { description: 'Being made; it takes no servers yet.' },
    ACTIVE: { description: 'Ready, or accepted for deletion and not gone yet: the cloud does not tell these apart.' },
    DELETED: { description: 'Gone. Never seen through this graph, which shows what is deleted as null.' },
    ERROR: { description: 'Broken; only an administrator can mend it.' },
    UNKNOWN: { description: 'The cloud said something that is none of these.' },
  },
})

export const NetworkType = builder.enumType('NetworkType', {
  description: 'How the cloud builds a network. Most clouds let users make MAC_FILTERED ones only.',
  values: {
    MAC_FILTERED: {
      description: 'A private network on a shared bridge, kept apart by the prefix of its MAC addresses.',
    },
    PHYSICAL_VLAN: { description: 'A private network with a VLAN of its own, from a pool.' },
    CUSTOM: { description: 'Set up by administrators; public networks usually are.' },
    IP_LESS_ROUTED: { description: 'Routed without an address on the host; set up by administrators.' },
  },
})

export const ServerStatus = builder.enumType('ServerStatus', {
  description:
    'Where a server is in its life. Starting, stopping, connecting and disconnecting have no status of their own.',
  values: {
    BUILD: { description: 'Being made; see `progress`.' },
    ACTIVE: { description: 'Running.' },
    STOPPED: { description: 'Shut down.' },
    REBOOT: { description: 'Restarting now.' },
    DELETED: { description: 'Gone. Never seen through this graph, which shows what is deleted as null.' },
    ERROR: { description: 'Its creation failed.' },
    UNKNOWN: { description: 'The cloud said something that is none of these, or does not know itself.' },
  },
})

export const FirewallProfile = builder.enumType('FirewallProfile', {
  description: "What the cloud's firewall lets through to a server's public nic.",
  values: {
    ENABLED: { description: 'A basic firewall: common services only.' },
    DISABLED: { description: 'No firewall.' },
    PROTECTED: { description: 'Nothing from outside.' },
  },
})
