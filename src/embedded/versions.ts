/** The documents at and above the base URL. */
import { type Answer, type Call, ok } from './call.ts'

export function listVersions({ links }: Call): Answer {
  return ok({ versions: [version(links.root)] })
}

export function getVersion({ links }: Call): Answer {
  const { links: own, ...entry } = version(links.root)
  return ok({ version: { ...entry, links: [...own, ...DESCRIBED_BY], 'media-types': MEDIA_TYPES } })
}

/** The link leads to `<base>/compute`, without the version: COMPUTE_ROOT_URL (api/versions.py). */
const version = (root: string) => ({
  id: 'v2.0',
  status: 'CURRENT',
  updated: '2011-01-21T11:33:21-06:00',
  links: [{ rel: 'self', href: `${root}/compute` }],
})

/** Rackspace's, for Synnefo 0.14.10 copied them with the rest (api/versions.py). */
const DESCRIBED_BY = [
  ['application/pdf', 'cs-devguide-20110125.pdf'],
  ['application/vnd.sun.wadl+xml', 'application.wadl'],
].map(([type, file]) => ({ rel: 'describedby', type, href: `http://docs.rackspacecloud.com/servers/api/v2/${file}` }))

const MEDIA_TYPES = ['xml', 'json'].map((format) => ({
  base: `application/${format}`,
  type: `application/vnd.openstack.compute.v2+${format}`,
}))

/** There are none, whatever the alias. */
export const listExtensions = (): Answer => ok({ extensions: [] })
export const getExtension = (): Answer => ({ status: 404 })
