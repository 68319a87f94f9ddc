// What each query must return, worked out from what the upstream says, and how an answer is compared with it.

export function expected({ networks, servers }) {
  const nicById = new Map()
  for (const s of servers) for (const a of s.attachments) nicById.set(a.id, { a, s })
  const netById = new Map(networks.map((n) => [n.id, n]))
  const n7 = netById.get('7')
  return {
    Q1: {
      data: {
        networks: networks.map((n) => ({
          id: n.id,
          name: n.name,
          cidr: n.cidr,
          public: n.public,
          status: n.status,
          nics: n.attachments.map((id) => {
            const { a, s } = nicById.get(id)
            return {
              id,
              ipv4: a.ipv4,
              macAddress: a.mac_address,
              server: { id: String(s.id), name: s.name, status: s.status },
            }
          }),
        })),
      },
    },
    Q2: {
      data: {
        network: n7
          ? {
              id: n7.id,
              name: n7.name,
              nics: n7.attachments.map((id) => {
                const { a, s } = nicById.get(id)
                return { id, ipv4: a.ipv4, server: { id: String(s.id), name: s.name } }
              }),
            }
          : null,
      },
    },
    Q3: { data: { networks: networks.map((n) => ({ id: n.id, name: n.name })) } },
    Q4: {
      data: {
        servers: servers.map((s) => ({
          id: String(s.id),
          name: s.name,
          nics: s.attachments.map((a) => ({
            id: a.id,
            ipv4: a.ipv4,
            network: { id: a.network_id, name: netById.get(a.network_id).name },
          })),
        })),
      },
    },
  }
}

// An answer in the contract's shape, rewritten to the plain one so that both are held against the same expectation.
export function fromContract(value) {
  if (Array.isArray(value)) return value.map(fromContract)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value.nodes) && Object.keys(value).length === 1) return value.nodes.map(fromContract)
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [/^(network|server|nic)Id$/.test(k) ? 'id' : k, fromContract(v)]),
  )
}

// First difference between two JSON values, as text; null when equal. Object key order is ignored.
export function firstDiff(want, got, path = '$') {
  if (Object.is(want, got)) return null
  const kind = (v) => (v === null ? 'null' : Array.isArray(v) ? 'array' : typeof v)
  const show = (v) => {
    const s = JSON.stringify(v)
    return s === undefined ? 'undefined' : s.length > 120 ? `${s.slice(0, 117)}...` : s
  }
  if (kind(want) !== kind(got)) return `${path}: want ${show(want)}, got ${show(got)}`
  if (Array.isArray(want)) {
    if (want.length !== got.length) return `${path}: want ${want.length} items, got ${got.length}`
    for (let i = 0; i < want.length; i++) {
      const d = firstDiff(want[i], got[i], `${path}[${i}]`)
      if (d) return d
    }
    return null
  }
  if (kind(want) === 'object') {
    for (const k of new Set([...Object.keys(want), ...Object.keys(got)])) {
      const d = firstDiff(want[k], got[k], `${path}.${k}`)
      if (d) return d
    }
    return null
  }
  return `${path}: want ${show(want)}, got ${show(got)}`
}
