/** All of the API: paths as Cyclades REST 1.2 has them, and what each method does there. */
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

/**
 * What an id may look like. A word that is no number is a 404 for networks, and no URL at all for servers. Letters of every
 * script make words: Django compiles its patterns with re.UNICODE.
 */
const IDS: Readonly<Record<string, string>> = {
  networks: String.raw`[\p{L}\p{N}_]`,
  servers: '[0-9]',
  flavors: '[0-9]',
}

export interface Match {
  /** As in the table: `/networks/:id`. */
  route: string
  methods: Methods
  params: Record<string, string>
}

const BASE = '/compute/v2.0'
const patterns = Object.entries(ROUTES).map(([route, methods]) => ({ route, methods, pattern: patternOf(route) }))

/** Null when no pattern fits, which is a 400 before anything else is looked at. */
export function matchRoute(path: string): Match | null {
  if (path === '/compute/') return { route: path, methods: { GET: listVersions }, params: {} }
  const decoded = path.startsWith(`${BASE}/`) ? decode(path.slice(BASE.length)) : null
  if (decoded === null) return null
  for (const { route, methods, pattern } of patterns) {
    const found = pattern.exec(decoded)
    if (found) return { route, methods, params: { ...found.groups } }
  }
  return null
}

/** The first pattern that fits counts, hence the order of the table (Synnefo 0.14.10 api/urls.py and those it includes). */
function patternOf(route: string): RegExp {
  const id = IDS[route.split('/')[1] ?? ''] ?? String.raw`[\p{L}\p{N}_-]`
  const path = route.replace(':id', `(?<id>${id}+)`).replace(':key', '(?<key>.+?)')
  return new RegExp(`^${path}(?:${endingsOf(route).join('|')})?$`, 'u')
}

/** Only collections may end with a slash. The dots of the others are not escaped in Synnefo: any character will do. */
function endingsOf(route: string): string[] {
  if (route.endsWith('/diagnostics')) return ['.json']
  const isCollection = route !== '/' && route.lastIndexOf('/') === 0
  return isCollection ? ['/', '.json', '.xml'] : ['.json', '.xml']
}

/** Null for what is no UTF-8 in percent signs. */
function decode(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

export const routeNames: readonly string[] = Object.entries(ROUTES).flatMap(([route, methods]) =>
  Object.keys(methods).map((method) => `${method} ${route}`),
)
