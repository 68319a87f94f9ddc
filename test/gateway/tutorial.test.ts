import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import * as tutorial from '../support/generated/documents.ts'

const publicNic = (server: string, macAddress: string, ipv4: string) => ({
  nicId: `nic-${server}-0`,
  macAddress,
  ipv4,
  firewallProfile: 'DISABLED',
  network: { networkId: '1' },
})
const nic = (nicId: string) => ({ nicId })
/** Each private network has a MAC prefix of its own; the first of all is kept for public ones. */
const macOn = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}[0-9a-f](:[0-9a-f]{2}){3}$`))
const connected = (nicId: string, networkId: string, prefix: string) => ({
  state: 'COMPLETED',
  nic: { nicId, macAddress: macOn(prefix), network: { networkId } },
})

describe.each([
  { jobs: 'instant jobs', jobDelayMs: 0 },
  { jobs: 'slow jobs', jobDelayMs: 40 },
])("Synnefo's networks tutorial, with $jobs", ({ jobDelayMs }) => {
  it('comes out in GraphQL as it does with kamaki', async () => {
    await using gateway = await startGateway({ cloud: { jobDelayMs } })
    const { run } = gateway

    expect(await run(tutorial.Step1_ServerAddressesDocument)).toEqual({
      data: {
        first: { name: 'web server', nics: [publicNic('141', 'aa:00:00:23:0d:59', '10.0.0.1')] },
        second: { name: 'database server', nics: [publicNic('142', 'aa:00:00:70:21:65', '10.0.0.3')] },
      },
    })

    expect(await run(tutorial.Step2_NetworksDocument)).toEqual({
      data: { networks: { nodes: [{ networkId: '1', name: 'public_network', public: true }] } },
    })

    expect(await run(tutorial.Step3_CreatePrivateNetDocument)).toEqual({
      data: {
        createNetwork: {
          state: 'COMPLETED',
          network: {
            networkId: '3',
            name: 'My Private Net',
            type: 'MAC_FILTERED',
            status: 'ACTIVE',
            cidr: '192.168.1.0/24',
            dhcp: false,
          },
        },
      },
    })

    expect(await run(tutorial.Step4_CreateOneForEachDocument)).toEqual({
      data: {
        for141: {
          network: { networkId: '4', name: 'For virtual server 141', cidr: '192.168.2.0/24' },
        },
        for142: {
          network: { networkId: '5', name: 'For virtual server 142', cidr: '192.168.3.0/24' },
        },
      },
    })

    expect(await run(tutorial.Step5_ConnectEachDocument)).toEqual({
      data: {
        connect141: connected('nic-141-1', '4', 'aa:00:2'),
        connect142: connected('nic-142-1', '5', 'aa:00:3'),
      },
    })

    const [publicNetwork, common, for141, for142] = [
      { networkId: '1', name: 'public_network', type: 'CUSTOM', cidr: '10.0.0.0/24', public: true },
      { networkId: '3', name: 'My Private Net', type: 'MAC_FILTERED', cidr: '192.168.1.0/24', public: false },
      { networkId: '4', name: 'For virtual server 141', type: 'MAC_FILTERED', cidr: '192.168.2.0/24', public: false },
      { networkId: '5', name: 'For virtual server 142', type: 'MAC_FILTERED', cidr: '192.168.3.0/24', public: false },
    ].map((network) => ({ ...network, status: 'ACTIVE' }))
    expect(await run(tutorial.Step6_WhoHangsWhereDocument)).toEqual({
      data: {
        networks: {
          nodes: [
            { ...publicNetwork, nics: { nodes: [nic('nic-141-0'), nic('nic-142-0')] } },
            { ...common, nics: { nodes: [] } },
            { ...for141, nics: { nodes: [nic('nic-141-1')] } },
            { ...for142, nics: { nodes: [nic('nic-142-1')] } },
          ],
        },
      },
    })

    const before = await run<{ network: { updatedAt: string } }, never>('{ network(id: "3") { updatedAt } }')
    expect(await run(tutorial.Step7_ConnectBothDocument)).toEqual({
      data: {
        connect141: connected('nic-141-2', '3', 'aa:00:1'),
        connect142: connected('nic-142-2', '3', 'aa:00:1'),
      },
    })

    const step8 = await run(tutorial.Step8_CommonNetworkDocument)
    expect(step8).toEqual({
      data: {
        network: {
          name: 'My Private Net',
          updatedAt: expect.any(String),
          nics: {
            nodes: [
              { nicId: 'nic-141-2', server: { name: 'web server' } },
              { nicId: 'nic-142-2', server: { name: 'database server' } },
            ],
          },
        },
      },
    })
    const updatedAt = (answer: { data?: { network: { updatedAt: string | null } | null } | null }) =>
      Date.parse(answer.data?.network?.updatedAt ?? '')
    expect(updatedAt(step8)).toBeGreaterThan(updatedAt(before))

    expect(await run(tutorial.Step9_DeletePublicDocument)).toEqual({
      data: {
        deleteNetwork: {
          __typename: 'PublicNetworkError',
          code: 'PUBLIC_NETWORK',
          message: 'Network 1 is public: only administrators can change it.',
          hints: [
            'Public networks belong to the administrators; work on a private one.',
            '{ network(id: "1") { nics { nodes { nicId id server { serverId name } } } } }',
            '{ networks(filter: { public: false }) { nodes { networkId name } } }',
          ],
          fault: { status: 403, name: 'forbidden', message: 'Can not delete the public network.' },
        },
      },
    })

    expect(await run(tutorial.Step10_DeleteInUseDocument)).toEqual({
      data: {
        deleteNetwork: {
          __typename: 'NetworkInUseError',
          code: 'NETWORK_IN_USE',
          message: 'Network 4 still has nics on it: nic-141-1.',
          hints: [
            'mutation { disconnectNic(input: { nicId: "nic-141-1", expectNetworkId: "4" }) { __typename } }',
            'mutation { deleteNetwork(input: { networkId: "4" }) { __typename } }',
            'mutation { deleteNetwork(input: { networkId: "4", disconnectNics: true }) { __typename } }',
          ],
          fault: { status: 421, name: 'networkInUse', message: 'Machines are connected to network.' },
          nics: [{ nicId: 'nic-141-1', server: { name: 'web server' } }],
        },
      },
    })

    expect(await run(tutorial.Step11_DisconnectDocument)).toEqual({
      data: {
        disconnectNic: {
          state: 'COMPLETED',
          nicId: 'nic-141-1',
          renamed: [{ from: 'nic-141-2', to: 'nic-141-1', nic: { network: { networkId: '3' } } }],
        },
      },
    })

    expect(await run(tutorial.Step12_DeleteUnusedDocument)).toEqual({
      data: {
        deleteNetwork: {
          state: 'COMPLETED',
          networkId: '4',
          deletedId: 'Network:4',
        },
      },
    })

    expect(await run(tutorial.Step13_DisconnectLastDocument)).toEqual({
      data: {
        disconnectNic: {
          state: 'COMPLETED',
          nicId: 'nic-142-2',
          renamed: [],
        },
      },
    })

    gateway.cloud.clearRequests()
    expect(await run(tutorial.Step14_StaleIdDocument)).toEqual({
      data: {
        disconnectNic: {
          __typename: 'NicNotFoundError',
          code: 'NIC_NOT_FOUND',
          message:
            'Server 141 has no nic nic-141-2 now; it has nic-141-0 on network 1, nic-141-1 on network 3. ' +
            "When a nic is removed, the ids of the server's later nics move down by one.",
          hints: [
            '{ server(id: "141") { nics { nicId id macAddress network { networkId name } } } }',
            'Name nics by their global id: it stays the same when the cloud renumbers them.',
          ],
          fault: null,
          server: {
            nics: [
              { nicId: 'nic-141-0', network: { networkId: '1' } },
              { nicId: 'nic-141-1', network: { networkId: '3' } },
            ],
          },
        },
      },
    })
    expect(gateway.cloud.requests.filter(({ method }) => method !== 'GET')).toEqual([])

    expect(await run(tutorial.Step15_WhatIsThereDocument)).toEqual({
      data: {
        server: {
          nics: [
            { id: 'Nic:aa:00:00:23:0d:59', ...publicNic('141', 'aa:00:00:23:0d:59', '10.0.0.1') },
            {
              id: expect.stringMatching(/^Nic:aa:00:1/),
              nicId: 'nic-141-1',
              macAddress: macOn('aa:00:1'),
              ipv4: null,
              firewallProfile: null,
              network: { networkId: '3' },
            },
          ],
        },
      },
    })

    expect(await run(tutorial.Step16_DisconnectDocument)).toEqual({
      data: {
        disconnectNic: {
          state: 'COMPLETED',
          nicId: 'nic-141-1',
          renamed: [],
        },
      },
    })

    expect(await run(tutorial.Step17_EmptyDocument)).toEqual({
      data: { network: { name: 'My Private Net', nics: { totalCount: 0, nodes: [] } } },
    })

    expect(await run(tutorial.Step18_DeleteCommonDocument)).toEqual({
      data: {
        deleteNetwork: {
          state: 'COMPLETED',
          networkId: '3',
          deletedId: 'Network:3',
        },
      },
    })

    expect(await run(tutorial.Step2_NetworksDocument)).toEqual({
      data: {
        networks: {
          nodes: [
            { networkId: '1', name: 'public_network', public: true },
            { networkId: '5', name: 'For virtual server 142', public: false },
          ],
        },
      },
    })
  })
})
