import { parse, validate } from 'graphql'
import { expect, it } from 'vitest'
import * as errors from '../../src/cloud/errors.ts'
import type { Network, Nic } from '../../src/cloud/model.ts'
import { hintsFor } from '../../src/schema/hints.ts'
import { schema } from '../../src/schema/index.ts'

const nic = (index: number): Nic => ({
  id: `nic-141-${index}`,
  index,
  serverId: '141',
  networkId: '4',
  key: `aa:00:00:00:00:0${index}`,
  macAddress: `aa:00:00:00:00:0${index}`,
  ipv4: null,
  ipv6: null,
  firewallProfile: null,
})

const network: Network = {
  id: '4',
  name: 'net',
  status: 'ACTIVE',
  public: false,
  type: 'MAC_FILTERED',
  cidr: null,
  cidr6: null,
  gateway: null,
  gateway6: null,
  dhcp: false,
  createdAt: null,
  updatedAt: null,
  tenantId: null,
  userId: null,
  nicRefs: [],
}

const one: errors.KnownError[] = [
  new errors.InvalidInputError('no', ['input', 'name']),
  new errors.UnauthenticatedError('no'),
  new errors.ForbiddenError('no'),
  new errors.PublicNetworkError('no', '1'),
  new errors.NetworkNotFoundError('4'),
  new errors.ServerNotFoundError('141'),
  new errors.NicNotFoundError('no', 'nic-141-9', '141'),
  new errors.NicMismatchError('no', nic(1)),
  new errors.NotConnectedError('141', '4'),
  new errors.PartlyDoneError('4', [nic(3)], [nic(1), nic(2)], new errors.BusyError('no')),
  errors.NetworkInUseError.by('4', [nic(1), nic(2)]),
  new errors.NetworkFullError('4'),
  new errors.QuotaExceededError('no'),
  new errors.RateLimitedError('no', 3),
  new errors.BusyError('no'),
  new errors.ServerSuspendedError('141'),
  new errors.CloudUnavailableError('no', 'UNKNOWN', { candidates: [network] }),
]

it('has hints for every error, and each that is an operation can be pasted', () => {
  expect(one.map((error) => error.constructor)).toEqual(expect.arrayContaining([...errors.domainErrors]))
  for (const error of one) {
    const hints = hintsFor(error)
    expect(hints.length).toBeGreaterThan(0)
    for (const hint of hints.filter((text) => /^(\{|mutation )/.test(text))) {
      expect({ hint, wrong: validate(schema, parse(hint)) }).toEqual({ hint, wrong: [] })
    }
  }
})

it('tells to disconnect the highest index first, so that every id still holds', () => {
  const hints = hintsFor(errors.NetworkInUseError.by('4', [nic(1), nic(2), nic(3)]))
  expect(hints.slice(0, 3).map((hint) => /nic-141-\d/.exec(hint)?.[0])).toEqual(['nic-141-3', 'nic-141-2', 'nic-141-1'])
})
