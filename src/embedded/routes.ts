/** All of the API: paths as Cyclades REST 1.2 has them, and what each method does there. */
import FindMyWay from 'find-my-way'
import type { Operation } from './call.ts'
import { createNetwork } from './create-network.ts'
import { createServer } from './create-server.ts'
import { getStats, listDiagnostics } from './diagnostics.ts'
import { getFlavor, listFlavors, listFlavorsInDetail } from './flavors.ts'
import * as images from './images.ts'
import { listAddresses, listAddressesOnNetwork } from './ips.ts'
import { deleteMetadataItem, mergeMetadata, putMetadataItem, wireMetadata, wireMetadataItem } from './metadata.ts'
import { networkAction } from './network-actions.ts'
import { deleteNetwork, getNetwork, listNetworks, listNetworksInDetail, renameNetwork } from './networks.ts'
import { serverAction } from './server-actions.ts'
import { deleteServer, findServer, getServer, listServers, listServersInDetail, renameServer } from './servers.ts'
import { getExtension, getVersion, listExtensions, listVersions } from './versions.ts'

type Methods = Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Operation>>

/** Paths below the base URL. The last `:key` takes all that is left of the path, slashes included. */
const ROUTES: Readonly<Record<string, Methods>> = {
  '/': { GET: getVersion },
  '/extensions': { GET: listExtensions },
  '/extensions/:id': { GET: getExtension },

  '/networks': { GET: listNetworks, POST: createNetwork },
  '/networks/detail': { GET: listNetworksInDetail },
  '/networks/:id': { GET: getNetwork, PUT: renameNetwork, DELETE: deleteNetwork },
  '/networks/:id/action': { POST: networkAction },

  '/servers': { GET: listServers, POST: createServer },
  '/servers/detail': { GET: listServersInDetail },
  '/servers/:id': { GET: getServer, PUT: renameServer, DELETE: deleteServer },
  '/servers/:id/action': { POST: serverAction },
  '/servers/:id/ips': { GET: listAddresses },
  '/servers/:id/ips/:key': { GET: listAddressesOnNetwork },
  '/servers/:id/metadata': { GET: (call) => wireMetadata(findServer(call).metadata), POST: mergeMetadata },
  '/servers/:id/metadata/:key': {
    GET: (call) => wireMetadataItem(findServer(call).metadata, call.params.key),
    PUT: putMetadataItem,
    DELETE: deleteMetadataItem,
  },
  '/servers/:id/stats': { GET: getStats },
  '/servers/:id/diagnostics': { GET: listDiagnostics },

  '/flavors': { GET: listFlavors },
  '/flavors/detail': { GET: listFlavorsInDetail },
  '/flavors/:id': { GET: getFlavor },

  '/images': { GET: images.listImages, POST: images.createImage },
  '/images/detail': { GET: images.listImagesInDetail },
  '/images/:id': { GET: images.getImage, DELETE: images.refuseImageChange },
  '/images/:id/metadata': { GET: images.getImageMetadata, POST: images.refuseImageChange },
  '/images/:id/metadata/:key': {
    GET: images.getImageMetadataItem,
    PUT: images.refuseImageChange,
    DELETE: images.refuseImageChange,
  },
}

/** What an id may look like. A word that is no number is a 404 for networks, and no URL at all for servers. */
const IDS: Readonly<Record<string, string>> = { networks: '\\w', servers: '\\d', flavors: '\\d' }

export interface Match {
  /** As in the table: `/networks/:id`. */
  route: string
  methods: Methods
  params: Record<string, string>
}

const BASE = '/compute/v2.0'
const router = createRouter()

/** Null when no pattern fits, which is a 400 before anything else is looked at. */
export function matchRoute(path: string): Match | null {
  if (path === '/compute/') return { route: path, methods: { GET: listVersions }, params: {} }
  if (!path.startsWith(`${BASE}/`)) return null
  const found = router.find('GET', withoutSuffix(path.slice(BASE.length)))
  if (!found) return null
  const { '*': key, ...params } = found.params
  // The pattern of Cyclades asks for at least one character.
  if (key === '') return null
  if (key !== undefined) params.key = key
  return { ...(found.store as Pick<Match, 'route' | 'methods'>), params: params as Record<string, string> }
}

/** `.json` and `.xml` may follow every path but the base's; diagnostics have no `.xml`. */
function withoutSuffix(path: string): string {
  if (path.endsWith('/diagnostics.xml')) return path
  return path.replace(/(?<=[^/])\.(?:json|xml)$/, '')
}

/** Every path is registered once, as a GET: a wrong method is not a wrong path, and is told apart afterwards. */
function createRouter() {
  const router = FindMyWay({ maxParamLength: 10_000 })
  const nothing = () => {}
  for (const [route, methods] of Object.entries(ROUTES)) {
    const id = IDS[route.split('/')[1] ?? ''] ?? '[\\w-]'
    const store = { route, methods }
    router.on('GET', route.replace(':id', `:id(^${id}+$)`).replace(':key', '*'), nothing, store)
    const isCollection = route !== '/' && route.lastIndexOf('/') === 0
    // Only collections may end with a slash.
    if (isCollection) router.on('GET', `${route}/`, nothing, store)
  }
  return router
}

export const routeNames: readonly string[] = Object.entries(ROUTES).flatMap(([route, methods]) =>
  Object.keys(methods).map((method) => `${method} ${route}`),
)
